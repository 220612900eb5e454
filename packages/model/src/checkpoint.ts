import type { GruConfig } from "./config.js";
import { defaultConvention } from "./conventions.js";
import { readSafetensors, type StoredTensor, sluiceHeader, writeSafetensors } from "./safetensors.js";
import { fromStateDict, type StateDict, toStateDict } from "./state-dict.js";

/** Where a training run stands: with the parameters and the optimizer's state, all that decides what comes next. */
export interface Progress {
  /** The epoch under way, counted from 0. */
  epoch: number;
  /** The batch of that epoch which comes next. */
  batch: number;
  /** The sum of the losses of the batches before it. */
  lossSum: number;
  /** The losses of the epochs before. */
  readonly loss: number[];
  readonly validationLoss: { epoch: number; loss: number }[];
  /** What must be the same for the run to go on to the same bits. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Checkpoint {
  readonly config: Required<GruConfig>;
  readonly progress: Progress;
  readonly parameters: StateDict;
  readonly velocity: StateDict;
}

const VERSION = 1;
const VELOCITY = "velocity.";

/** The bytes of a checkpoint: a safetensors file with losses in double precision. */
export function writeCheckpoint(
  config: Required<GruConfig>,
  progress: Progress,
  parameters: Float32Array,
  velocity: Float32Array,
): Uint8Array {
  const convention = defaultConvention(config.cell);
  const tensors: Record<string, StoredTensor> = { ...toStateDict(config, parameters, convention) };
  for (const [name, t] of Object.entries(toStateDict(config, velocity, convention))) tensors[VELOCITY + name] = t;
  const { loss, validationLoss, ...state } = progress;
  const pairs = validationLoss.flatMap((v) => [v.epoch, v.loss]);
  tensors["history.loss"] = { shape: [loss.length], data: Float64Array.from(loss) };
  tensors["history.validation_loss"] = { shape: [validationLoss.length, 2], data: Float64Array.from(pairs) };
  tensors["progress.loss_sum"] = { shape: [1], data: Float64Array.of(state.lossSum) };
  const metadata = {
    sluice: JSON.stringify({
      checkpoint: VERSION,
      config,
      epoch: state.epoch,
      batch: state.batch,
      options: state.options,
    }),
  };
  return writeSafetensors({ tensors, metadata });
}

/** @throws RangeError where the bytes are no checkpoint of this version. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = sluiceHeader(metadata) as Record<string, never>;
  if (header["checkpoint"] !== VERSION) {
    throw new RangeError(
      `checkpoint: expected a checkpoint of version ${VERSION}, got ${header["checkpoint"] ?? "another file"}`,
    );
  }
  const parameters: StateDict = {};
  const velocity: StateDict = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) continue;
    if (name.startsWith(VELOCITY)) velocity[name.slice(VELOCITY.length)] = { shape, data };
    else parameters[name] = { shape, data };
  }
  const doubles = (name: string) => [...(tensors[name]?.data ?? [])];
  const pairs = doubles("history.validation_loss");
  const progress: Progress = {
    epoch: header["epoch"],
    batch: header["batch"],
    options: header["options"],
    lossSum: doubles("progress.loss_sum")[0] ?? 0,
    loss: doubles("history.loss"),
    validationLoss: Array.from({ length: pairs.length / 2 }, (_, i) => ({
      epoch: pairs[2 * i]!,
      loss: pairs[2 * i + 1]!,
    })),
  };
  return { config: header["config"], progress, parameters, velocity };
}

/** Writes a checkpoint's tensors into a network's parameters and velocity. */
export function restore(
  checkpoint: Checkpoint,
  config: Required<GruConfig>,
  parameters: Float32Array,
  velocity: Float32Array,
): void {
  const same = (["inputSize", "hiddenSize", "outputSize", "cell", "seed"] as const).every(
    (k) => checkpoint.config[k] === config[k],
  );
  if (!same) {
    throw new RangeError(
      `checkpoint: expected one of ${JSON.stringify(config)}, got one of ${JSON.stringify(checkpoint.config)}`,
    );
  }
  const convention = defaultConvention(config.cell);
  fromStateDict(config, parameters, checkpoint.parameters, convention);
  fromStateDict(config, velocity, checkpoint.velocity, convention);
}
