import type { GruConfig, StateDict, Tensor } from "@sluice/model";
import { cellsOf, configOf, same } from "../network.js";
import { refuse } from "../refuse.js";

/** What a Keras GRU layer does with its weights. */
export interface GruSettings {
  /** Decides where there is no bias; a bias says it by its shape. */
  readonly resetAfter?: boolean | undefined;
  readonly gate: NonNullable<GruConfig["gateActivation"]>;
  readonly candidate: NonNullable<GruConfig["candidateActivation"]>;
  readonly returnSequences: boolean;
  readonly goBackwards: boolean;
}

/** One direction: kernel (I,3H), recurrent kernel (H,3H), bias (2,3H) or, for reset-before, (3H); gates z, r, h. */
export interface GruWeights {
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  readonly bias?: Tensor | undefined;
}

export interface GruLayer {
  readonly name: string;
  readonly settings: GruSettings;
  /** One, or forward and backward. */
  readonly cells: readonly GruWeights[];
}

/** Kernel (features, O), bias (O). */
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

/** Layers of a Keras model, one on the other, as one network. */
export function assemble(where: string, layers: readonly GruLayer[], dense?: DenseLayer): Assembled {
  const [first] = layers;
  if (!first) return refuse(where, "a GRU layer", "none");
  const agree = <T extends string | number | boolean>(what: string, of: (layer: GruLayer) => T): T =>
    same(where, what, layers.map(of));
  const hiddenSize = agree("number of units", ({ cells }) => cells[0]!.recurrentKernel.shape[0] ?? 0);
  const directions = agree("number of directions", ({ cells }) => cells.length);
  const backwards = agree("go_backwards", ({ settings }) => settings.goBackwards);
  const last = layers.at(-1)!;
  for (const layer of layers)
    if (layer !== last && !layer.settings.returnSequences)
      refuse(`${where}: ${layer.name}`, "return_sequences true below another GRU", false);

  const resets = layers.flatMap(({ name, cells, settings }) => cells.map((cell) => resetOf(name, cell, settings)));
  const cell = same(where, "reset_after", resets) ? "reset-after" : "reset-before";
  const bias = layers.some(({ cells }) => cells.some((weights) => weights.bias));
  const config: GruConfig = {
    inputSize: first.cells[0]!.kernel.shape[0] ?? 0,
    hiddenSize,
    outputSize: dense?.kernel.shape[1] ?? 0,
    cell,
    layers: layers.length,
    direction: directions === 2 ? "bidirectional" : backwards ? "reverse" : "forward",
    bias,
    gateActivation: agree("recurrent_activation", ({ settings }) => settings.gate),
    candidateActivation: agree("activation", ({ settings }) => settings.candidate),
    outputs: last.settings.returnSequences ? "all" : "last",
  };

  const tensors: StateDict = {};
  const columns = 3 * hiddenSize;
  const biasShape = cell === "reset-after" ? [2, columns] : [columns];
  for (const [i, { layer, inputs, suffix }] of cellsOf(config).entries()) {
    const weights = layers[layer]!.cells[i % directions]!;
    const name = `${where}: ${layers[layer]!.name}`;
    tensors[`gru.kernel${suffix}`] = shaped(`${name} kernel`, weights.kernel, [inputs, columns]);
    tensors[`gru.recurrent_kernel${suffix}`] = shaped(`${name} recurrent kernel`, weights.recurrentKernel, [
      hiddenSize,
      columns,
    ]);
    if (bias) tensors[`gru.bias${suffix}`] = shaped(`${name} bias`, weights.bias ?? zeros(biasShape), biasShape);
  }
  if (dense) {
    const { outputSize } = config;
    tensors["head.kernel"] = shaped(`${where}: ${dense.name}`, dense.kernel, [hiddenSize * directions, outputSize]);
    tensors["head.bias"] = shaped(`${where}: ${dense.name} bias`, dense.bias ?? zeros([outputSize]), [outputSize]);
  }

  const warnings: string[] = [];
  if (backwards && config.outputs === "all")
    warnings.push(
      "go_backwards with return_sequences: Keras gives the outputs in the order read, the last step first",
    );
  return { config: configOf(config), tensors, convention: "keras", warnings, order: "BTI" };
}

/** Whether the reset gate applies after the product, by the shape of the bias. */
function resetOf(name: string, { bias }: GruWeights, { resetAfter }: GruSettings): boolean {
  if (!bias) return resetAfter ?? true;
  const after = bias.shape.length === 2;
  if (resetAfter !== undefined && resetAfter !== after)
    refuse(
      `${name} bias`,
      `${resetAfter ? "(2,3H)" : "(3H)"} for reset_after ${resetAfter}`,
      `[${bias.shape.join(", ")}]`,
    );
  return after;
}

function shaped(name: string, tensor: Tensor, shape: readonly number[]): Tensor {
  if (String(tensor.shape) !== String(shape))
    refuse(name, `shape [${shape.join(", ")}]`, `[${tensor.shape.join(", ")}]`);
  return tensor;
}

const zeros = (shape: readonly number[]): Tensor => ({
  data: new Float32Array(shape.reduce((product, n) => product * n, 1)),
  shape,
});
