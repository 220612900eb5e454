import type { GruConfig, StateDict } from "@sluice/model";
import type { Network } from "../src/index.js";
import { cellsOf, directionsOf, resolve } from "../src/network.js";

/** Numbers in [−1, 1) from a linear congruential generator: the same in every engine. */
export function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

export const randomTensor = (shape: readonly number[], seed: number) => ({
  shape,
  data: numbers(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
});

/** A network of any config with random tensors in one convention. */
export function randomNetwork(config: GruConfig, convention: "keras" | "onnx"): Network & { tensors: StateDict } {
  const { hiddenSize: H, outputSize: O, bias, cell } = resolve(config);
  const tensors: StateDict = {};
  const add = (name: string, ...shape: number[]) => {
    tensors[name] = randomTensor(shape, 100 + Object.keys(tensors).length);
  };
  const D = directionsOf(config);
  for (const { layer, second, inputs, suffix } of cellsOf(config)) {
    if (convention === "keras") {
      add(`gru.kernel${suffix}`, inputs, 3 * H);
      add(`gru.recurrent_kernel${suffix}`, H, 3 * H);
      if (bias) add(`gru.bias${suffix}`, ...(cell === "reset-after" ? [2] : []), 3 * H);
    } else if (!second) {
      const layerSuffix = layer === 0 ? "" : `_l${layer}`;
      add(`W${layerSuffix}`, D, 3 * H, inputs);
      add(`R${layerSuffix}`, D, 3 * H, H);
      if (bias) add(`B${layerSuffix}`, D, 6 * H);
    }
  }
  if (O > 0 && convention === "keras") add("head.kernel", D * H, O);
  if (O > 0 && convention === "onnx") add("head.weight", O, D * H);
  if (O > 0) add("head.bias", O);
  return { config, tensors, stateDict: () => tensors };
}

const base = { inputSize: 3, hiddenSize: 4, outputSize: 2 } as const;

/** Networks that ONNX can represent. */
export const onnxNetworks: readonly GruConfig[] = [
  { ...base, cell: "reset-before" },
  { ...base, cell: "reset-after" },
  { ...base, cell: "reset-after", outputSize: 0 },
  { ...base, cell: "reset-after", bias: false },
  { ...base, cell: "reset-after", direction: "reverse" },
  { ...base, cell: "reset-after", direction: "bidirectional" },
  { ...base, cell: "reset-before", layers: 2, direction: "bidirectional" },
  { ...base, cell: "reset-after", layers: 3 },
  { ...base, cell: "reset-after", layers: 2, outputs: "last" },
  { ...base, cell: "reset-after", direction: "reverse", outputs: "last" },
  { ...base, cell: "reset-before", layers: 2, direction: "bidirectional", outputs: "last" },
  { ...base, cell: "reset-before", gateActivation: "hard-sigmoid", candidateActivation: "relu" },
  { ...base, cell: "reset-before", gateActivation: "hard-sigmoid-0.2", direction: "bidirectional" },
  { ...base, cell: "reset-after", candidateActivation: "linear", direction: "bidirectional", outputSize: 0 },
  { ...base, cell: "reset-after", gateActivation: "hard-sigmoid", candidateActivation: "linear" },
];

/** Networks that TensorFlow.js can represent. */
export const tfjsNetworks: readonly GruConfig[] = [
  { ...base, cell: "reset-before" },
  { ...base, cell: "reset-before", outputSize: 0 },
  { ...base, cell: "reset-before", bias: false },
  { ...base, cell: "reset-before", layers: 2 },
  { ...base, cell: "reset-before", layers: 2, direction: "bidirectional" },
  { ...base, cell: "reset-before", outputs: "last" },
  { ...base, cell: "reset-before", layers: 2, direction: "bidirectional", outputs: "last" },
  { ...base, cell: "reset-before", gateActivation: "hard-sigmoid-0.2", candidateActivation: "relu" },
  { ...base, cell: "reset-before", candidateActivation: "linear" },
];
