import { expectInteger, type GruConfig } from "./config.js";
import { defaultConvention } from "./conventions.js";
import { readSafetensors, type StoredTensor, sluiceHeader, writeSafetensors } from "./safetensors.js";
import type { PlateauState } from "./schedules/reduce-on-plateau.js";
import { fromStateDict, type StateDict, toStateDict } from "./state-dict.js";

/** Where a training run stands: with its blocks of numbers, all that decides what comes next. */
export interface Progress {
  /** The epoch under way, counted from 0. */
  epoch: number;
  /** The batch of that epoch which comes next. */
  batch: number;
  /** Updates of the parameters so far. */
  updates: number;
  /** The sum of the losses of the epoch's batches before. */
  lossSum: number;
  /** The losses of the epochs before. */
  readonly loss: number[];
  readonly validationLoss: { epoch: number; loss: number }[];
  /** The learning rates of the last updates of the epochs before. */
  readonly learningRate: number[];
  /** The state of a plateau schedule; null where there is none. */
  plateau: PlateauState | null;
  /** What must be the same for the run to go on to the same bits. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a checkpoint holds beside, each as long as the parameters. */
export interface Blocks<T> {
  readonly parameters: T;
  readonly firstMoment: T;
  readonly secondMoment: T;
}

export interface Checkpoint {
  readonly config: Required<GruConfig>;
  readonly progress: Progress;
  readonly blocks: Blocks<StateDict>;
}

const VERSION = 2;

/** What the names of a block's tensors begin with. */
const PREFIXES: Blocks<string> = { parameters: "", firstMoment: "first_moment.", secondMoment: "second_moment." };
const NAMES = Object.keys(PREFIXES) as (keyof Blocks<unknown>)[];

/** The bytes of a checkpoint: a safetensors file with the history in double precision. */
export function writeCheckpoint(
  config: Required<GruConfig>,
  progress: Progress,
  blocks: Blocks<Float32Array>,
): Uint8Array {
  const tensors: Record<string, StoredTensor> = {};
  for (const block of NAMES) {
    const dict = toStateDict(config, blocks[block], defaultConvention(config.cell));
    for (const [name, t] of Object.entries(dict)) tensors[PREFIXES[block] + name] = t;
  }
  const { loss, validationLoss, learningRate, ...rest } = progress;
  const pairs = validationLoss.flatMap((v) => [v.epoch, v.loss]);
  tensors["history.loss"] = { shape: [loss.length], data: Float64Array.from(loss) };
  tensors["history.validation_loss"] = { shape: [validationLoss.length, 2], data: Float64Array.from(pairs) };
  tensors["history.learning_rate"] = { shape: [learningRate.length], data: Float64Array.from(learningRate) };
  const metadata = { sluice: JSON.stringify({ checkpoint: VERSION, config, progress: rest }) };
  return writeSafetensors({ tensors, metadata });
}

/** @throws RangeError where the bytes are no checkpoint of this version. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = sluiceHeader(metadata);
  if (header["checkpoint"] !== VERSION) {
    throw new RangeError(
      `checkpoint: expected a checkpoint of version ${VERSION}, got ${header["checkpoint"] ?? "another file"}`,
    );
  }
  const blocks: Blocks<StateDict> = { parameters: {}, firstMoment: {}, secondMoment: {} };
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) continue;
    const block = NAMES.find((key) => key !== "parameters" && name.startsWith(PREFIXES[key])) ?? "parameters";
    blocks[block][name.slice(PREFIXES[block].length)] = { shape, data };
  }
  const rest = header["progress"] as Omit<Progress, "loss" | "validationLoss" | "learningRate">;
  for (const key of ["epoch", "batch", "updates"] as const)
    expectInteger(`checkpoint ${key}`, rest[key], 0, Number.MAX_SAFE_INTEGER);
  const doubles = (name: string) => [...(tensors[name]?.data ?? [])];
  const pairs = doubles("history.validation_loss");
  const validationLoss = Array.from({ length: pairs.length / 2 }, (_, i) => ({
    epoch: pairs[2 * i]!,
    loss: pairs[2 * i + 1]!,
  }));
  return {
    config: header["config"] as Required<GruConfig>,
    progress: {
      ...rest,
      loss: doubles("history.loss"),
      validationLoss,
      learningRate: doubles("history.learning_rate"),
    },
    blocks,
  };
}

/** Writes a checkpoint's tensors into the blocks of a network of the same config. */
export function restore(checkpoint: Checkpoint, config: Required<GruConfig>, blocks: Blocks<Float32Array>): void {
  const same = (["inputSize", "hiddenSize", "outputSize", "cell", "seed"] as const).every(
    (k) => checkpoint.config[k] === config[k],
  );
  if (!same) {
    throw new RangeError(
      `checkpoint: expected one of ${JSON.stringify(config)}, got one of ${JSON.stringify(checkpoint.config)}`,
    );
  }
  for (const name of NAMES)
    fromStateDict(config, blocks[name], checkpoint.blocks[name], defaultConvention(config.cell));
}
