import { blockBytes } from "@sluice/kernel-wasm";
import { expectInteger, expectKeys, type GruConfig, resolveConfig } from "./config.js";
import {
  backwardPlan,
  CHUNK,
  forwardPlan,
  networkPlan,
  type PassSize,
  rowsPlan,
  segmentOf,
  streamPlan,
} from "./memory-plan.js";
import { targetSize } from "./sequences.js";

/** How much data there is. */
export interface DataSize {
  readonly samples: number;
  /** T, steps of each sample. */
  readonly steps: number;
  /** Elements of x and y: samples · T · features, or fewer where samples are windows into one series. */
  readonly elements?: { readonly x: number; readonly y: number };
}

/** What `fit` is going to be given, as far as it takes memory. */
export interface TrainingSize extends DataSize {
  /** All samples by default, as in `fit`. */
  readonly batchSize?: number;
  readonly initialState?: boolean;
  readonly validation?: DataSize;
  readonly gradientCheckpointing?: boolean;
}

export interface TrainingMemory {
  /** Bytes of each buffer; docs/memory.md says what each holds. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Bytes of all of them. The kernel's memory is this, its few constants, and the rest of the last page of 64 KiB. */
  readonly total: number;
}

/**
 * The kernel memory that `fit` takes, buffer by buffer, known before any of it is allocated. Each thread has such a memory of
 * its own.
 * @throws TypeError or RangeError for a config or sizes that do not hold.
 */
export function trainingMemory(config: GruConfig, size: TrainingSize): TrainingMemory {
  const shape = resolveConfig(config);
  expectKeys("training size", size, [
    "samples",
    "steps",
    "elements",
    "batchSize",
    "initialState",
    "validation",
    "gradientCheckpointing",
  ]);
  const { samples, steps, batchSize = samples, initialState = false, validation } = size;
  expectInteger("samples", samples, 1, 0x7fffffff);
  expectInteger("steps", steps, 1, 0x7fffffff);
  expectInteger("batchSize", batchSize, 1, 0x80000000);
  const pass: PassSize = {
    rows: Math.min(batchSize, samples),
    steps,
    segment: segmentOf(steps, size.gradientCheckpointing ?? false),
  };
  const lengths: Record<string, number> = {
    ...networkPlan(shape),
    ...streamPlan(shape),
    ...dataLengths("", shape, size),
    ...(initialState && named("initialState", rowsPlan(samples * shape.hiddenSize, samples))),
    ...forwardPlan(shape, pass),
    ...backwardPlan(shape, pass),
    ...(validation && validationLengths(shape, validation)),
  };
  const buffers = Object.fromEntries(
    Object.entries(lengths).map(([name, length]): [string, number] => [name, blockBytes(length)]),
  );
  return { buffers, total: Object.values(buffers).reduce((sum, bytes) => sum + bytes, 0) };
}

function dataLengths(prefix: string, config: Required<GruConfig>, { samples, steps, elements }: DataSize) {
  const each = samples * steps;
  const { x = each * config.inputSize, y = each * targetSize(config) } = elements ?? {};
  return { ...named(`${prefix}x`, rowsPlan(x, samples)), ...named(`${prefix}y`, rowsPlan(y, samples)) };
}

function validationLengths(config: Required<GruConfig>, data: DataSize) {
  const pass = { rows: data.samples, steps: data.steps, segment: Math.min(data.steps, CHUNK) };
  return { ...dataLengths("validation.", config, data), ...named("validation", forwardPlan(config, pass)) };
}

function named(prefix: string, plan: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(plan).map(([name, length]) => [`${prefix}.${name}`, length]));
}
