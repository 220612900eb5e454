import { defaultConvention } from "../formats/conventions.js";
import { readSafetensors, type StoredTensor, sluiceHeader, writeSafetensors } from "../formats/safetensors.js";
import { fromStateDict, type StateDict, toStateDict } from "../formats/state-dict.js";
import { expectInteger, type GruConfig } from "../network/config.js";
import { checkFinite } from "../sequences.js";
import { differences } from "./differences.js";
import type { StoppingState } from "./early-stopping.js";
import type { PlateauState } from "./schedules/reduce-on-plateau.js";

/** Where a training run stands: with its blocks of numbers, all that decides what comes next. */
export interface Progress {
  /** The epoch under way, counted from 0. */
  epoch: number;
  /** The batch of that epoch which comes next. */
  batch: number;
  /** Batches of that epoch in which anything counted. */
  counted: number;
  /** Batches whose gradients wait for their update. */
  waiting: number;
  /** Updates of the parameters so far. */
  updates: number;
  /** The sum of the losses of the epoch's batches before. */
  lossSum: number;
  /** The norm of the last gradient that was measured. */
  gradientNorm: number;
  /** The losses of the epochs before. */
  readonly loss: number[];
  readonly validationLoss: { epoch: number; loss: number }[];
  /** The learning rates of the last updates of the epochs before. */
  readonly learningRate: number[];
  /** The state of a plateau schedule; null where there is none. */
  plateau: PlateauState | null;
  stopping: StoppingState;
  /** What must be the same for the run to go on to the same bits. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What a checkpoint holds beside, each but the states as long as the parameters. */
export interface Blocks {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** The sum of the gradients of batches that wait for their update. */
  readonly gradient?: Float32Array | undefined;
  /** (tracks, rows, H), the states at which the next batch goes on. */
  readonly carried?: Float32Array | undefined;
  /** The parameters after the best epoch. */
  readonly best?: Float32Array | undefined;
}

const VERSION = 3;

/** What the names of a block's tensors begin with. */
const PREFIXES: Readonly<Record<Exclude<keyof Blocks, "carried">, string>> = {
  parameters: "",
  firstMoment: "first_moment.",
  secondMoment: "second_moment.",
  gradient: "gradient.",
  best: "best.",
};
const NAMES = Object.keys(PREFIXES) as (keyof typeof PREFIXES)[];
const CARRIED = "carried_states";

/** The bytes of a checkpoint: a safetensors file with the history in double precision. */
export function writeCheckpoint(config: Required<GruConfig>, progress: Progress, blocks: Blocks): Uint8Array {
  const tensors: Record<string, StoredTensor> = {};
  for (const block of NAMES) {
    const numbers = blocks[block];
    if (!numbers) continue;
    const dict = toStateDict(config, numbers, defaultConvention(config.cell));
    for (const [name, t] of Object.entries(dict)) tensors[PREFIXES[block] + name] = t;
  }
  const { carried } = blocks;
  if (carried) tensors[CARRIED] = { shape: [carried.length], data: carried };
  const { loss, validationLoss, learningRate, ...rest } = progress;
  const pairs = validationLoss.flatMap((v) => [v.epoch, v.loss]);
  tensors["history.loss"] = { shape: [loss.length], data: Float64Array.from(loss) };
  tensors["history.validation_loss"] = { shape: [validationLoss.length, 2], data: Float64Array.from(pairs) };
  tensors["history.learning_rate"] = { shape: [learningRate.length], data: Float64Array.from(learningRate) };
  const metadata = { sluice: JSON.stringify({ checkpoint: VERSION, config, progress: rest }) };
  return writeSafetensors({ tensors, metadata });
}

/**
 * Progress and blocks (of `length` numbers) of a run with the same network and settings.
 * @throws RangeError where the bytes are no checkpoint of this version, or one of another network or of other settings.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  config: Required<GruConfig>,
  settings: Progress["settings"],
  length: number,
): { progress: Progress; blocks: Blocks } {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = sluiceHeader(metadata) as { checkpoint?: unknown; config?: GruConfig; progress?: Progress };
  if (header.checkpoint !== VERSION) {
    throw new RangeError(
      `checkpoint: expected a checkpoint of version ${VERSION}, got ${header.checkpoint ?? "another file"}`,
    );
  }
  // initial weights are not used again
  refuseOther("a network", { ...header.config, init: null }, { ...config, init: null });
  refuseOther("training", header.progress?.settings, settings);
  const rest = header.progress!;
  for (const key of ["epoch", "batch", "counted", "waiting", "updates"] as const)
    expectInteger(`checkpoint ${key}`, rest[key], 0, Number.MAX_SAFE_INTEGER);

  const dicts: Partial<Record<keyof typeof PREFIXES, StateDict>> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array) || name === CARRIED) continue;
    const block = NAMES.findLast((key) => name.startsWith(PREFIXES[key]))!;
    dicts[block] ??= {};
    dicts[block][name.slice(PREFIXES[block].length)] = { shape, data };
  }
  const numbersOf = (dict: StateDict = {}) => {
    const numbers = new Float32Array(length);
    fromStateDict(config, numbers, dict, defaultConvention(config.cell));
    return numbers;
  };
  const doubles = (name: string) => [...(tensors[name]?.data ?? [])];
  const pairs = doubles("history.validation_loss");
  const carried = tensors[CARRIED]?.data;
  if (carried && !(carried instanceof Float32Array))
    throw new TypeError(`checkpoint ${CARRIED}: expected numbers of 32 bits, got others`);
  if (carried) checkFinite(`checkpoint ${CARRIED}`, carried);
  return {
    progress: {
      ...rest,
      settings,
      loss: doubles("history.loss"),
      validationLoss: Array.from({ length: pairs.length / 2 }, (_, i) => ({
        epoch: pairs[2 * i]!,
        loss: pairs[2 * i + 1]!,
      })),
      learningRate: doubles("history.learning_rate"),
    },
    blocks: {
      parameters: numbersOf(dicts.parameters),
      firstMoment: numbersOf(dicts.firstMoment),
      secondMoment: numbersOf(dicts.secondMoment),
      gradient: dicts.gradient && numbersOf(dicts.gradient),
      carried,
      best: dicts.best && numbersOf(dicts.best),
    },
  };
}

function refuseOther(what: string, before: unknown, now: unknown): void {
  const found = differences(before, now).map((d) => `${d.path} ${d.before}, got ${d.now}`);
  if (found.length === 0) return;
  throw new RangeError(
    `resume: the checkpoint is of another run: expected ${what} with ${found.join("; ")}. Give what the checkpoint was made with, or train anew without it`,
  );
}
