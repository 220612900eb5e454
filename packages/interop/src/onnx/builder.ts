import type { Tensor } from "@sluice/model";
import { FLOAT, INT64, type OnnxNode, type OnnxTensor } from "./model.js";

/** Collects the nodes and constants of a graph; each method returns the name of the value that it adds. */
export class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];

  add(op: string, inputs: readonly string[], output: string, attributes: OnnxNode["attributes"] = {}): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds a constant. Without a tensor it returns an empty name, which denotes an omitted input. */
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
