import type { Tensor } from "@sluice/model";
import { FLOAT, INT64, type OnnxNode, type OnnxTensor } from "./model.js";

/** Nodes and constants of a graph as it grows; each method gives the name of the value that it makes. */
export class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];

  add(op: string, inputs: readonly string[], output: string, attributes: OnnxNode["attributes"] = {}): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  /** The tensor under a name; an empty name, which stands for an input left out, where there is none. */
  floats(name: string, tensor: Tensor | undefined): string {
    if (!tensor) return "";
    this.initializers.push({ name, shape: tensor.shape, type: FLOAT, floats: tensor.data });
    return name;
  }

  integers(name: string, integers: readonly number[]): string {
    if (!this.initializers.some((tensor) => tensor.name === name))
      this.initializers.push({ name, shape: [integers.length], type: INT64, integers });
    return name;
  }
}
