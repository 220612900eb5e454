import { EXAMPLE_KEY, type Example, encodeExample } from "../example.js";
import { directionsOf, type Network, resolve } from "../network.js";
import { activationAttributes } from "./activations.js";
import { transpose } from "./head.js";
import { encodeModel, FLOAT, INT64, type OnnxNode, type OnnxTensor } from "./model.js";

export interface WriteOnnxOptions {
  /** Adds an input `h0`, the state before the first step, and an output `h`, that after the last, both (L × directions, B, H). */
  readonly state?: boolean;
  /** Kept in the file, so that reading can check itself. */
  readonly example?: Example;
}

/**
 * An ONNX model (operator set 14) of a network: `x` (T,B,I) in, `y` (T,B,O) out, or (B,O) for the last step's outputs; without
 * a head the states, H × directions of them.
 * @throws RangeError for a cell that ONNX has not.
 */
export function writeOnnx(network: Network, { state = false, example }: WriteOnnxOptions = {}): Uint8Array {
  const config = resolve(network.config);
  const { inputSize, hiddenSize, outputSize, layers, direction, outputs } = config;
  const directions = directionsOf(config);
  const dict = network.stateDict("onnx");
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const add = (op: string, inputs: readonly string[], output: string, attributes: OnnxNode["attributes"] = {}) => {
    nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  };
  const constant = (name: string, integers: readonly number[]) => {
    if (!initializers.some((tensor) => tensor.name === name))
      initializers.push({ name, shape: [integers.length], type: INT64, integers });
    return name;
  };
  const weights = (name: string, tensor = dict[name]) => {
    if (!tensor) return "";
    initializers.push({ name, shape: tensor.shape, type: FLOAT, floats: tensor.data });
    return name;
  };

  const attributes = {
    hidden_size: hiddenSize,
    linear_before_reset: config.cell === "reset-after" ? 1 : 0,
    ...(direction !== "forward" && { direction }),
    ...activationAttributes(config.gateActivation, config.candidateActivation, directions),
  };
  let value = "x";
  for (let layer = 0; layer < layers; layer++) {
    const suffix = layer === 0 ? "" : `_l${layer}`;
    const named = ["W", "R", "B"].map((name) => weights(`${name}${suffix}`));
    const h0 = state ? initialState(layer) : "";
    const inputs = h0 ? [value, ...named, "", h0] : [value, ...named];
    nodes.push({ op: "GRU", inputs, outputs: [`states${suffix}`, `h${suffix}_final`], attributes });
    value =
      directions === 1
        ? add("Squeeze", [`states${suffix}`, constant("directions", [1])], `features${suffix}`)
        : add(
            "Reshape",
            [
              add("Transpose", [`states${suffix}`], `turned${suffix}`, { perm: [0, 2, 1, 3] }),
              constant("joined", [0, 0, -1]),
            ],
            `features${suffix}`,
          );
  }
  function initialState(layer: number): string {
    if (layers === 1) return "h0";
    const bounds = ["start", "end"].map((name, i) => constant(`${name}_l${layer}`, [(layer + i) * directions]));
    return add("Slice", ["h0", ...bounds, constant("layers", [0])], `h0_l${layer}`);
  }

  if (outputs === "last")
    value = add(
      "Squeeze",
      [
        add(
          "Slice",
          [value, constant("last", [-1]), constant("end", [2 ** 31 - 1]), constant("steps", [0])],
          "last_step",
        ),
        "steps",
      ],
      "last_features",
    );
  if (outputSize > 0) {
    const product = add("MatMul", [value, weights("V", transpose(dict["head.weight"]!))], "product");
    value = add("Add", [product, weights("head.bias")], "y");
  } else {
    value = add("Identity", [value], "y");
  }
  if (state) {
    const finals = Array.from({ length: layers }, (_, layer) => `h${layer === 0 ? "" : `_l${layer}`}_final`);
    nodes.push({ op: "Concat", inputs: finals, outputs: ["h"], attributes: { axis: 0 } });
  }

  const features = outputSize > 0 ? outputSize : hiddenSize * directions;
  const states = [layers * directions, "B", hiddenSize];
  return encodeModel({
    irVersion: 8,
    opset: 14,
    producer: "sluice",
    metadata: example ? { [EXAMPLE_KEY]: encodeExample(example) } : {},
    graph: {
      nodes,
      initializers,
      inputs: [{ name: "x", shape: ["T", "B", inputSize] }, ...(state ? [{ name: "h0", shape: states }] : [])],
      outputs: [
        { name: "y", shape: outputs === "last" ? ["B", features] : ["T", "B", features] },
        ...(state ? [{ name: "h", shape: states }] : []),
      ],
    },
  });
}
