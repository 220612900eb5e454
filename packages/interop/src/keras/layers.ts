import type { CandidateActivation, GateActivation, GruConfig, StateDict, Tensor } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { cellsOf, commonValue, withoutDefaults } from "../network.js";

/** Settings of a Keras GRU layer. */
export interface GruSettings {
  /** Needed only without biases; otherwise the shape of a bias determines it. */
  readonly resetAfter?: boolean | undefined;
  readonly gate: GateActivation;
  readonly candidate: CandidateActivation;
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
}

/** Weights of one direction: kernel (I,3H), recurrent kernel (H,3H), bias (2,3H), or (3H) for reset-before; gates z, r, h. */
export interface GruWeights {
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  readonly bias?: Tensor | undefined;
}

export interface GruLayer {
  readonly name: string;
  readonly settings: GruSettings;
  /** One direction, or forward and backward. */
  readonly cells: readonly GruWeights[];
}

/** Kernel (F,O), bias (O), where F is the number of features of the top GRU layer. */
export interface DenseLayer {
  readonly name: string;
  readonly kernel: Tensor;
  readonly bias?: Tensor | undefined;
}

export interface Assembled {
  readonly config: GruConfig;
  readonly tensors: StateDict;
  readonly convention: "keras";
  readonly warnings: readonly string[];
  readonly order: "BTI";
}

export const isGru = (layer: GruLayer | DenseLayer): layer is GruLayer => "cells" in layer;

/** Combines layers in their order, bottom first: GRU layers, then at most one Dense layer. */
export function assembleInOrder(where: string, layers: readonly (GruLayer | DenseLayer)[]): Assembled {
  const grus = layers.filter(isGru);
  const dense = layers.filter((layer) => !isGru(layer)) as readonly DenseLayer[];
  if (dense.length > 1) unsupported(where, "one Dense layer", dense.map(({ name }) => name).join(", "));
  const last = layers.at(-1);
  if (dense.length > 0 && last && isGru(last)) unsupported(where, "GRU layers before the Dense layer", last.name);
  return assemble(where, grus, dense[0]);
}

/** Combines stacked Keras layers, bottom first, into one network. */
export function assemble(where: string, layers: readonly GruLayer[], dense?: DenseLayer): Assembled {
  const [first] = layers;
  if (!first) return unsupported(where, "a GRU layer", "none");
  const common = <T extends string | number | boolean>(what: string, of: (layer: GruLayer) => T): T =>
    commonValue(where, what, layers.map(of));
  const hiddenSize = common("number of units", ({ cells }) => cells[0]!.recurrentKernel.shape[0] ?? 0);
  const directions = common("number of directions", ({ cells }) => cells.length);
  const backwards = common("go_backwards", ({ settings }) => settings.goBackwards);
  const last = layers.at(-1)!;
  for (const layer of layers)
    if (layer !== last && !layer.settings.returnSequences)
      unsupported(`${where}: ${layer.name}`, "return_sequences true below another GRU", false);

  const resets = layers.flatMap(({ name, cells, settings }) =>
    cells.map((cell) => isResetAfter(name, cell, settings)),
  );
  const cell = commonValue(where, "reset_after", resets) ? "reset-after" : "reset-before";
  const bias = layers.some(({ cells }) => cells.some((weights) => weights.bias));
  const config: GruConfig = {
    inputSize: first.cells[0]!.kernel.shape[0] ?? 0,
    hiddenSize,
    outputSize: dense?.kernel.shape[1] ?? 0,
    cell,
    layers: layers.length,
    direction: directions === 2 ? "bidirectional" : backwards ? "reverse" : "forward",
    bias,
    gateActivation: common("recurrent_activation", ({ settings }) => settings.gate),
    candidateActivation: common("activation", ({ settings }) => settings.candidate),
    outputs: last.settings.returnSequences ? "all" : "last",
  };

  const tensors: StateDict = {};
  const columns = 3 * hiddenSize;
  const biasShape = cell === "reset-after" ? [2, columns] : [columns];
  for (const [i, { layer, inputs, suffix }] of cellsOf(config).entries()) {
    const weights = layers[layer]!.cells[i % directions]!;
    const name = `${where}: ${layers[layer]!.name}`;
    tensors[`gru.kernel${suffix}`] = expectTensor(`${name} kernel`, weights.kernel, [inputs, columns]);
    tensors[`gru.recurrent_kernel${suffix}`] = expectTensor(`${name} recurrent kernel`, weights.recurrentKernel, [
      hiddenSize,
      columns,
    ]);
    if (bias)
      tensors[`gru.bias${suffix}`] = expectTensor(`${name} bias`, weights.bias ?? zeros(biasShape), biasShape);
  }
  if (dense) {
    const { outputSize } = config;
    tensors["head.kernel"] = expectTensor(`${where}: ${dense.name}`, dense.kernel, [
      hiddenSize * directions,
      outputSize,
    ]);
    tensors["head.bias"] = expectTensor(`${where}: ${dense.name} bias`, dense.bias ?? zeros([outputSize]), [
      outputSize,
    ]);
  }

  const warnings: string[] = [];
  if (backwards && config.outputs === "all")
    warnings.push(
      "go_backwards with return_sequences: Keras returns the outputs in reverse order, the last step first",
    );
  return { config: withoutDefaults(config), tensors, convention: "keras", warnings, order: "BTI" };
}

/** Whether the reset gate applies after the matrix product, by the shape of the bias. */
function isResetAfter(name: string, { bias }: GruWeights, { resetAfter }: GruSettings): boolean {
  if (!bias) return resetAfter ?? true;
  const after = bias.shape.length === 2;
  if (resetAfter !== undefined && resetAfter !== after)
    unreadable(
      `${name} bias`,
      `${resetAfter ? "(2,3H)" : "(3H)"} for reset_after ${resetAfter}`,
      `[${bias.shape.join(", ")}]`,
    );
  return after;
}

function expectTensor(name: string, tensor: Tensor, shape: readonly number[]): Tensor {
  if (String(tensor.shape) !== String(shape))
    unreadable(name, `shape [${shape.join(", ")}]`, `[${tensor.shape.join(", ")}]`);
  return tensor;
}

const zeros = (shape: readonly number[]): Tensor => ({
  data: new Float32Array(shape.reduce((product, n) => product * n, 1)),
  shape,
});
