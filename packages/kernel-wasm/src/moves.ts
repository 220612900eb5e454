import type { Block } from "./arena.js";
import type { Rows, Shard } from "./buffers.js";
import type { Kernel } from "./kernel.js";
import { type Panels, panelCount, pointerToPanels, stepsFrom } from "./panels.js";
import { NULL, type Pointer, pointerTo } from "./pointer.js";

/** A pointer to a shard's part of a block that has one 4-byte element for each sample; NULL if there is no block. */
function ofShard(name: string, block: Block | undefined, { first, count }: Shard): Pointer {
  return block ? pointerTo(name, block, first + count, first) : NULL;
}

/** Writes steps [first, first + steps) of rows into panels. With `lengths` (one for each sample), each sample is reversed in time. */
export function gather(
  kernel: Kernel,
  {
    to,
    rows,
    shard,
    first,
    steps,
    lengths,
  }: { to: Panels; rows: Rows; shard: Shard; first: number; steps: number; lengths?: Block | undefined },
): void {
  kernel.exports.gatherPanels(
    pointerToPanels(to, rows.size, panelCount(shard), steps),
    to.step,
    to.panel,
    pointerTo("source", rows.source, 0),
    ofShard("starts", rows.starts, shard),
    ofShard("lengths", lengths, shard),
    shard.count,
    rows.stride,
    rows.size,
    first,
    first + steps,
  );
}

/** Copies panels to out (steps, batch, units), row-major, at rows [row, row + shard.count) of the batch. */
export function scatter(
  kernel: Kernel,
  {
    out,
    from,
    units,
    shard,
    steps,
    batch,
    row,
  }: { out: Block; from: Panels; units: number; shard: Shard; steps: number; batch: number; row: number },
): void {
  kernel.exports.scatterPanels(
    pointerTo("out", out, steps * batch * units, row * units),
    batch * units,
    pointerToPanels(from, units, panelCount(shard), steps),
    from.step,
    from.panel,
    shard.count,
    units,
    steps,
  );
}

/**
 * to[t] = from[t], or to[t] += from[t] with `add`, for steps [first, first + steps) and the first `units` units. With `lengths`, each
 * sample is reversed in time: to[t] = from[length − 1 − t]. For t ≥ length that is from[−1], or nothing with `add`.
 */
export function moveUnits(
  kernel: Kernel,
  {
    to,
    from,
    units,
    shard,
    first = 0,
    steps,
    lengths,
    add = false,
  }: {
    to: Panels;
    from: Panels;
    units: number;
    shard: Shard;
    first?: number;
    steps: number;
    lengths?: Block | undefined;
    add?: boolean;
  },
): void {
  const panels = panelCount(shard);
  pointerToPanels(stepsFrom(to, first), units, panels, steps);
  kernel.exports.moveUnits(
    to.at,
    to.step,
    to.panel,
    lengths ? from.at : pointerToPanels(from, units, panels, first + steps),
    from.step,
    from.panel,
    ofShard("lengths", lengths, shard),
    shard.count,
    units,
    first,
    first + steps,
    add ? 1 : 0,
  );
}

/** The bits of a sample's step in `Flags`: the step is computed (else masked); the state is kept before it (else reset to zero). */
export const ACTIVE = 1;
export const CARRIED = 2;

/** Bytes by offset: sample s has one byte for each step, from byte starts[s] on. As in `Rows`, the kernel does not check the offsets. */
export interface Flags {
  /** Its length is in 4-byte elements, as that of every block. */
  readonly source: Block;
  readonly starts: Block;
}

/** Writes masks (T, P, 16) of steps [first, first + steps), as `gruForward` reads them. With `lengths`, each sample is reversed in time. */
export function writeMasks(
  kernel: Kernel,
  {
    masks,
    flags,
    shard,
    first,
    steps,
    lengths,
  }: { masks: Block; flags: Flags; shard: Shard; first: number; steps: number; lengths?: Block | undefined },
): void {
  kernel.exports.layMasks(
    pointerTo("masks", masks, steps * panelCount(shard) * 16),
    pointerTo("flags", flags.source, 0),
    ofShard("starts", flags.starts, shard),
    ofShard("lengths", lengths, shard),
    shard.count,
    first,
    first + steps,
  );
}

/** Sets the first `units` units of masked steps to zero, so that values in padded steps have no effect, NaN included. */
export function clearMasked(
  kernel: Kernel,
  {
    panels,
    masks,
    units,
    shard,
    steps,
  }: { panels: Panels; masks: Block; units: number; shard: Shard; steps: number },
): void {
  const count = panelCount(shard);
  kernel.exports.clearIdle(
    pointerToPanels(panels, units, count, steps),
    panels.panel,
    pointerTo("masks", masks, steps * count * 16),
    units,
    steps * count,
  );
}

/** What determines a dropout mask, together with layer, step, sample and unit. */
export interface DropoutKey {
  readonly key: readonly [number, number];
  /** The probability that a unit is dropped, 0 ≤ rate < 1. */
  readonly rate: number;
}

/** Inverted dropout of steps [first, first + steps): units *= 1 / (1 − rate) if kept, else they become 0. */
export function dropout(
  kernel: Kernel,
  {
    panels,
    units,
    shard,
    first,
    steps,
    layer,
    key,
    rate,
  }: DropoutKey & {
    panels: Panels;
    units: number;
    shard: Shard;
    first: number;
    steps: number;
    layer: number;
  },
): void {
  const count = panelCount(shard);
  kernel.exports.dropoutUnits(
    pointerToPanels(panels, units, count, steps),
    panels.step,
    panels.panel,
    units,
    count,
    shard.first,
    first,
    first + steps,
    layer,
    key[0],
    key[1],
    Math.round((1 - rate) * 0x100000000) - 1,
    Math.fround(1 / (1 - rate)),
  );
}
