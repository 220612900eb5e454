import { expectBoolean, expectKeys } from "@sluice/kernel-wasm/checks";
import type { StateDict } from "@sluice/model";
import { EXAMPLE_KEY, type Example, encodeExample } from "../example.js";
import { directionsOf, expectComputable, type Network, type ResolvedConfig, resolve } from "../network.js";
import { activationAttributes } from "./activations.js";
import { Builder } from "./builder.js";
import { transpose } from "./head.js";
import { encodeModel } from "./model.js";

export interface WriteOnnxOptions {
  /** Adds an input `h0`, the initial state, and an output `h`, the final state, both (L × directions, B, H). */
  readonly state?: boolean;
  /** Stored in the file and checked by `toGru`. */
  readonly example?: Example;
}

/**
 * Writes a network as an ONNX model of operator set 14. Its input is `x` (T,B,I); its output `y` is (T,B,O), or (B,O) for
 * a network with `outputs: "last"`. Without a head, O is H × directions.
 * @throws RangeError for a network that ONNX cannot compute.
 */
export function writeOnnx(network: Network, options: WriteOnnxOptions = {}): Uint8Array {
  expectKeys("writeOnnx", options, ["state", "example"]);
  const { state = false, example } = options;
  expectBoolean("state", state);
  const config = resolve(network.config);
  expectComputable("onnx", config);
  const { inputSize, hiddenSize, outputSize, layers, outputs } = config;
  const directions = directionsOf(config);
  const dict = network.stateDict("onnx");
  const graph = new Builder();
  let value = "x";
  for (let layer = 0; layer < layers; layer++) value = addLayer(graph, config, dict, layer, value, state);
  if (outputSize > 0) {
    const product = graph.add("MatMul", [value, graph.floats("V", transpose(dict["head.weight"]!))], "product");
    graph.add("Add", [product, graph.floats("head.bias", dict["head.bias"])], "y");
  } else {
    graph.add("Identity", [value], "y");
  }
  if (state)
    graph.add(
      "Concat",
      Array.from({ length: layers }, (_, layer) => `final${suffixOf(layer)}`),
      "h",
      { axis: 0 },
    );

  const features = outputSize > 0 ? outputSize : hiddenSize * directions;
  const states = [layers * directions, "B", hiddenSize];
  return encodeModel({
    irVersion: 8,
    opset: 14,
    producer: "sluice",
    metadata: example ? { [EXAMPLE_KEY]: encodeExample(example) } : {},
    graph: {
      ...graph,
      inputs: [{ name: "x", shape: ["T", "B", inputSize] }, ...(state ? [{ name: "h0", shape: states }] : [])],
      outputs: [
        { name: "y", shape: outputs === "last" ? ["B", features] : ["T", "B", features] },
        ...(state ? [{ name: "h", shape: states }] : []),
      ],
    },
  });
}

const suffixOf = (layer: number) => (layer === 0 ? "" : `_l${layer}`);

/** Adds a GRU node with input `x`. Returns the name of its states, (T,B,F), or (B,F) if only the last ones are used. */
function addLayer(
  graph: Builder,
  config: ResolvedConfig,
  dict: StateDict,
  layer: number,
  x: string,
  state: boolean,
): string {
  const { hiddenSize, layers, direction, cell, gateActivation, candidateActivation } = config;
  const directions = directionsOf(config);
  const suffix = suffixOf(layer);
  const weights = ["W", "R", "B"].map((name) => graph.floats(`${name}${suffix}`, dict[`${name}${suffix}`]));
  const last = config.outputs === "last" && layer === layers - 1;
  graph.nodes.push({
    op: "GRU",
    inputs: [x, ...weights, ...(state ? ["", addInitialState(graph, layers, directions, layer)] : [])],
    outputs: [last ? "" : `states${suffix}`, `final${suffix}`],
    attributes: {
      hidden_size: hiddenSize,
      linear_before_reset: cell === "reset-after" ? 1 : 0,
      ...(direction !== "forward" && { direction }),
      ...activationAttributes(gateActivation, candidateActivation, directions),
    },
  });
  // states (T,D,B,H), final (D,B,H)
  const [states, axis] = last ? [`final${suffix}`, 0] : [`states${suffix}`, 1];
  const features = `features${suffix}`;
  if (directions === 1) return graph.add("Squeeze", [states, graph.integers(`axis_${axis}`, [axis])], features);
  const transposed = graph.add("Transpose", [states], `turned${suffix}`, { perm: last ? [1, 0, 2] : [0, 2, 1, 3] });
  const shape = last ? graph.integers("joined_last", [0, -1]) : graph.integers("joined", [0, 0, -1]);
  return graph.add("Reshape", [transposed, shape], features);
}

/** The part of `h0` (L × directions, B, H) that belongs to a layer. */
function addInitialState(graph: Builder, layers: number, directions: number, layer: number): string {
  if (layers === 1) return "h0";
  const [start, end] = [layer, layer + 1].map((l) => graph.integers(`row_${l * directions}`, [l * directions]));
  return graph.add("Slice", ["h0", start!, end!, graph.integers("axis_0", [0])], `h0${suffixOf(layer)}_own`);
}
