import { show } from "@sluice/kernel-wasm/checks";
import type { GruConfig } from "../../config/config.js";
import { CheckpointMismatchError } from "../../errors/checkpoint-mismatch-error.js";
import { FormatError, readingFile } from "../../errors/format-error.js";
import { defaultConvention } from "../../formats/conventions.js";
import { readSafetensors, type StoredTensor, sluiceHeader, writeSafetensors } from "../../formats/safetensors.js";
import { checkStateDict, type StateDict, toStateDict, writeParameters } from "../../formats/state-dict.js";
import { expectFinite } from "../../tensors/tensor.js";
import { differences } from "./differences.js";
import { checkProgress, type Progress, type ProgressLimits } from "./progress.js";

/** The arrays of a checkpoint. All but the carried states have the length of the parameters. */
export interface Blocks {
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** The sum of the gradients that are accumulated for the next update. */
  readonly gradient?: Float32Array | undefined;
  /** (tracks, rows, H), the states from which the next batch starts. */
  readonly carried?: Float32Array | undefined;
  /** The parameters after the best epoch. */
  readonly best?: Float32Array | undefined;
}

const VERSION = 3;
/** What an error calls the file. */
const FILE = "checkpoint";

/** The prefix of the names of each block's tensors. */
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

/** Encodes a checkpoint: a safetensors file with the history in double precision. */
export function writeCheckpoint(config: Required<GruConfig>, progress: Progress, blocks: Blocks): Uint8Array {
  const tensors: Record<string, StoredTensor> = {};
  for (const block of NAMES) {
    const values = blocks[block];
    if (!values) continue;
    const dict = toStateDict(config, values, defaultConvention(config.cell));
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

/** Properties of the run that resumes, which its checkpoint must match. */
export interface Expected extends ProgressLimits {
  readonly settings: Progress["settings"];
  /** The length of each block. */
  readonly parameters: number;
  /** The length of the carried states; 0 if batches carry none. */
  readonly carried: number;
  /** Whether early stopping keeps the best parameters. */
  readonly keepsBest: boolean;
}

/**
 * Decodes a checkpoint of a run with the same network and settings.
 * @throws FormatError for bytes that are not a valid checkpoint of this version; CheckpointMismatchError for a checkpoint of another network
 * or other settings.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  config: Required<GruConfig>,
  expected: Expected,
): { progress: Progress; blocks: Blocks } {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = sluiceHeader(metadata) as { checkpoint?: unknown; config?: GruConfig; progress?: Progress };
  if (header.checkpoint !== VERSION) {
    const found = header.checkpoint === undefined ? "another file" : show(header.checkpoint);
    throw new FormatError(FILE, `expected a Sluice checkpoint of version ${VERSION}, got ${found}`);
  }
  // the initial weights are not drawn again
  expectSame("a network", { ...header.config, init: null }, { ...config, init: null });
  expectSame("training", header.progress?.settings, expected.settings);
  const { doubles, dicts } = groupTensors(tensors);
  const progress = toProgress(header.progress!, expected, doubles);
  const block = (name: keyof typeof PREFIXES) => toBlock(config, expected.parameters, name, dicts[name]);
  const optionalBlock = (name: keyof typeof PREFIXES, wanted: boolean) => {
    if (wanted) return block(name);
    if (dicts[name]) throw new FormatError(FILE, `expected no tensors ${PREFIXES[name]}…, got some`);
    return undefined;
  };
  return {
    progress,
    blocks: {
      parameters: block("parameters"),
      firstMoment: block("firstMoment"),
      secondMoment: block("secondMoment"),
      gradient: optionalBlock("gradient", progress.waiting > 0),
      best: optionalBlock("best", expected.keepsBest && progress.stopping.best !== null),
      carried: toCarried(tensors[CARRIED], progress.batch > 0 ? expected.carried : 0),
    },
  };
}

/** Sorts the tensors of a checkpoint into the history and the state dictionaries of its blocks. */
function groupTensors(tensors: Readonly<Record<string, StoredTensor>>) {
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
    } else throw new FormatError(FILE, `${name}: expected dtype F32, got F64`);
  }
  return { doubles, dicts };
}

function toProgress(stored: Progress, expected: Expected, doubles: Readonly<Record<string, number[]>>): Progress {
  const pairs = doubles["validation_loss"]!;
  if (pairs.length % 2 > 0)
    throw new FormatError(FILE, `${HISTORY}validation_loss: expected pairs, got ${pairs.length} numbers`);
  const progress: Progress = {
    ...stored,
    settings: expected.settings,
    loss: doubles["loss"]!,
    validationLoss: Array.from({ length: pairs.length / 2 }, (_, i) => ({
      epoch: pairs[2 * i]!,
      loss: pairs[2 * i + 1]!,
    })),
    learningRate: doubles["learning_rate"]!,
  };
  readingFile(FILE, () => checkProgress(progress, expected));
  return progress;
}

/** The array of a block of `length` elements. */
function toBlock(
  config: Required<GruConfig>,
  length: number,
  name: keyof typeof PREFIXES,
  dict: StateDict = {},
): Float32Array {
  const specs = readingFile(`${FILE} ${PREFIXES[name]}…`, () =>
    checkStateDict(config, dict, defaultConvention(config.cell)),
  );
  const values = new Float32Array(length);
  writeParameters(values, dict, specs);
  return values;
}

function toCarried(stored: StoredTensor | undefined, length: number): Float32Array | undefined {
  if (!stored && length === 0) return undefined;
  if (stored?.data.length !== length)
    throw new FormatError(FILE, `${CARRIED}: expected ${length} numbers, got ${stored?.data.length ?? "none"}`);
  const { data } = stored;
  if (!(data instanceof Float32Array)) throw new FormatError(FILE, `${CARRIED}: expected dtype F32, got F64`);
  readingFile(FILE, () => expectFinite(CARRIED, data));
  return data;
}

function expectSame(what: string, before: unknown, now: unknown): void {
  const found = differences(before, now).map((d) => `${d.path} ${d.before}, got ${d.now}`);
  if (found.length === 0) return;
  throw new CheckpointMismatchError(
    `resume: the checkpoint is of another run: expected ${what} with ${found.join("; ")}. Use the config, options and data of the checkpoint, or train without resume`,
  );
}
