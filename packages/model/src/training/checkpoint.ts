import { defaultConvention } from "../formats/conventions.js";
import { readSafetensors, type StoredTensor, sluiceHeader, writeSafetensors } from "../formats/safetensors.js";
import { fromStateDict, type StateDict, toStateDict } from "../formats/state-dict.js";
import type { GruConfig } from "../network/config.js";
import { checkFinite } from "../sequences.js";
import { differences } from "./differences.js";
import { checkProgress, type Progress, type RunShape } from "./progress.js";

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
const HISTORY = "history.";

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
  tensors[`${HISTORY}loss`] = { shape: [loss.length], data: Float64Array.from(loss) };
  tensors[`${HISTORY}validation_loss`] = { shape: [validationLoss.length, 2], data: Float64Array.from(pairs) };
  tensors[`${HISTORY}learning_rate`] = { shape: [learningRate.length], data: Float64Array.from(learningRate) };
  const metadata = { sluice: JSON.stringify({ checkpoint: VERSION, config, progress: rest }) };
  return writeSafetensors({ tensors, metadata });
}

/** What a run has, and what its checkpoint must agree with. */
export interface Expected extends RunShape {
  readonly settings: Progress["settings"];
  /** Numbers of each block. */
  readonly parameters: number;
  /** Of the states that its batches carry; 0 where they carry none. */
  readonly carried: number;
  /** Whether early stopping keeps the best parameters. */
  readonly keepsBest: boolean;
}

/**
 * Progress and blocks of a run with the same network and settings.
 * @throws TypeError or RangeError where the bytes are no checkpoint of this version, or one of another network or of other settings, or hold
 * what no run can have written.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  config: Required<GruConfig>,
  expected: Expected,
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
  refuseOther("training", header.progress?.settings, expected.settings);

  const doubles: Record<string, number[]> = { loss: [], validation_loss: [], learning_rate: [] };
  const dicts: Partial<Record<keyof typeof PREFIXES, StateDict>> = {};
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const history = name.startsWith(HISTORY) ? name.slice(HISTORY.length) : "";
    if (name === CARRIED) continue;
    if (Object.hasOwn(doubles, history)) doubles[history] = [...data];
    else if (data instanceof Float32Array) {
      const block = NAMES.findLast((key) => name.startsWith(PREFIXES[key]))!;
      dicts[block] ??= {};
      dicts[block][name.slice(PREFIXES[block].length)] = { shape, data };
    } else throw new TypeError(`checkpoint ${name}: expected numbers of 32 bits, got others`);
  }
  const pairs = doubles["validation_loss"]!;
  if (pairs.length % 2 > 0)
    throw new RangeError(`checkpoint ${HISTORY}validation_loss: expected pairs, got ${pairs.length} numbers`);
  const progress: Progress = {
    ...header.progress!,
    settings: expected.settings,
    loss: doubles["loss"]!,
    validationLoss: Array.from({ length: pairs.length / 2 }, (_, i) => ({
      epoch: pairs[2 * i]!,
      loss: pairs[2 * i + 1]!,
    })),
    learningRate: doubles["learning_rate"]!,
  };
  checkProgress(progress, expected);

  const blockOf = (name: keyof typeof PREFIXES, wanted: boolean) => {
    const dict = dicts[name];
    if (!dict && !wanted) return undefined;
    if (!wanted) throw new RangeError(`checkpoint: expected no tensors ${PREFIXES[name]}…, got some`);
    const numbers = new Float32Array(expected.parameters);
    try {
      fromStateDict(config, numbers, dict ?? {}, defaultConvention(config.cell));
    } catch (error) {
      throw new RangeError(`checkpoint ${PREFIXES[name]}… ${(error as Error).message}`, { cause: error });
    }
    return numbers;
  };
  return {
    progress,
    blocks: {
      parameters: blockOf("parameters", true)!,
      firstMoment: blockOf("firstMoment", true)!,
      secondMoment: blockOf("secondMoment", true)!,
      gradient: blockOf("gradient", progress.waiting > 0),
      best: blockOf("best", expected.keepsBest && progress.stopping.best !== null),
      carried: carriedOf(tensors[CARRIED], progress.batch > 0 ? expected.carried : 0),
    },
  };
}

function carriedOf(stored: StoredTensor | undefined, length: number): Float32Array | undefined {
  if (!stored && length === 0) return undefined;
  if (stored?.data.length !== length)
    throw new RangeError(`checkpoint ${CARRIED}: expected ${length} numbers, got ${stored?.data.length ?? "none"}`);
  if (!(stored.data instanceof Float32Array))
    throw new TypeError(`checkpoint ${CARRIED}: expected numbers of 32 bits, got others`);
  checkFinite(`checkpoint ${CARRIED}`, stored.data);
  return stored.data;
}

function refuseOther(what: string, before: unknown, now: unknown): void {
  const found = differences(before, now).map((d) => `${d.path} ${d.before}, got ${d.now}`);
  if (found.length === 0) return;
  throw new RangeError(
    `resume: the checkpoint is of another run: expected ${what} with ${found.join("; ")}. Give what the checkpoint was made with, or train anew without it`,
  );
}
