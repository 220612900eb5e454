import { blockBytes } from "@sluice/kernel-wasm";
import { expectInteger, expectKeys } from "@sluice/kernel-wasm/checks";
import { type GruConfig, resolveConfig } from "../config/config.js";
import { gathersFeatures, type NetworkShape, outputsOf, parameterLayout, type Track } from "../config/shape.js";
import {
  backwardPlan,
  chunkOf,
  forwardPlan,
  networkPlan,
  type PassSize,
  rowsPlan,
  segmentOf,
  streamPlan,
  trackBackwardPlan,
  trackForwardPlan,
  trackPlan,
} from "../network/memory-plan.js";
import { longestWindow, resolveTruncate, type Truncate, windowsOf } from "./options/truncation.js";

/** The size of a data set. */
export interface DataSize {
  readonly samples: number;
  /** T, steps of each sample. */
  readonly steps: number;
  /** Elements of x and y: samples · T · features, or fewer if samples are windows into one series. */
  readonly elements?: { readonly x: number; readonly y: number };
}

/** The data and options of a `fit` that determine its memory. */
export interface TrainingSize extends DataSize {
  /** All samples by default, as in `fit`. */
  readonly batchSize?: number;
  readonly initialState?: boolean;
  readonly validation?: DataSize;
  readonly gradientCheckpointing?: boolean;
  readonly truncate?: Truncate;
  readonly stateful?: boolean;
  /** Whether the data have lengths, a mask or resets. */
  readonly masked?: boolean;
}

export interface TrainingMemory {
  /** Bytes of each buffer; see docs/memory.md. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Bytes of all buffers. The kernel's memory is slightly larger: it includes constants, and is rounded up to pages of 64 KiB. */
  readonly total: number;
}

/**
 * Computes the kernel memory that `fit` will use, per buffer, without allocating it. Each thread has a memory of this size.
 * @throws TypeError or RangeError for an invalid config or size.
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
    "truncate",
    "stateful",
    "masked",
  ]);
  const { samples, steps, batchSize = samples, initialState = false, validation, stateful = false } = size;
  expectInteger("samples", samples, 1, 0x7fffffff);
  expectInteger("steps", steps, 1, 0x7fffffff);
  expectInteger("batchSize", batchSize, 1);
  const windows = windowsOf(steps, size.truncate ? resolveTruncate(size.truncate, shape) : null);
  const longest = longestWindow(windows);
  const pass: PassSize = {
    rows: Math.min(batchSize, samples),
    steps: longest,
    segment: segmentOf(longest, size.gradientCheckpointing ?? false),
    masked: size.masked ?? false,
    carries: stateful || windows.length > 1,
  };
  const { tracks } = parameterLayout(shape);
  const lengths: Record<string, number> = {
    ...networkPlan(shape),
    ...streamPlan(shape),
    ...eachTrack(shape, "", (track) => trackPlan(track)),
    ...dataLengths("", shape, size, size.masked),
    ...(initialState && named("initialState", rowsPlan(tracks.length * samples * shape.hiddenSize, samples))),
    ...forwardPlan(shape, pass),
    ...eachTrack(shape, "", (track) => trackForwardPlan(shape, track, pass)),
    ...backwardPlan(shape, pass),
    ...eachTrack(shape, "", (track) => trackBackwardPlan(shape, track, pass)),
    ...(validation && validationLengths(shape, validation)),
  };
  const buffers = Object.fromEntries(
    Object.entries(lengths).map(([name, length]): [string, number] => [name, blockBytes(length)]),
  );
  return { buffers, total: Object.values(buffers).reduce((sum, bytes) => sum + bytes, 0) };
}

function dataLengths(prefix: string, shape: NetworkShape, { samples, steps, elements }: DataSize, masked = false) {
  const each = samples * steps;
  const targets = shape.outputs === "last" ? samples : each;
  const { x = each * shape.inputSize, y = targets * outputsOf(shape) } = elements ?? {};
  return {
    ...named(`${prefix}x`, rowsPlan(x, samples)),
    ...named(`${prefix}y`, rowsPlan(y, samples)),
    ...(masked && named(`${prefix}weights`, rowsPlan(targets, samples))),
    ...(masked && named(`${prefix}flags`, rowsPlan(Math.ceil(each / 4), samples))),
    ...(gathersFeatures(shape) && { [`${prefix}lengths`]: samples }),
  };
}

function validationLengths(shape: NetworkShape, data: DataSize) {
  const pass = { rows: data.samples, steps: data.steps, segment: chunkOf(shape, data.steps) };
  return {
    ...dataLengths("validation.", shape, data),
    ...named("validation", forwardPlan(shape, pass)),
    ...eachTrack(shape, "validation.", (track) => trackForwardPlan(shape, track, pass)),
  };
}

/** The plans of all tracks; names end in the track's index, except for the first track. */
function eachTrack(shape: NetworkShape, prefix: string, plan: (track: Track) => Readonly<Record<string, number>>) {
  return Object.assign(
    {},
    ...parameterLayout(shape).tracks.map((track) =>
      Object.fromEntries(
        Object.entries(plan(track)).map(([name, length]) => [`${prefix}${name}${track.index || ""}`, length]),
      ),
    ),
  ) as Record<string, number>;
}

function named(prefix: string, plan: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(plan).map(([name, length]) => [`${prefix}.${name}`, length]));
}
