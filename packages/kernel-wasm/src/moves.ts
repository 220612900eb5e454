import type { Block } from "./arena.js";
import { type Panels, panelsOf, type Rows, type Shard } from "./buffers.js";
import { offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";

/** A number of 4 bytes for each sample, in the order of `starts`: those of a shard begin here; 0 for none. */
function ofShard(name: string, block: Block | undefined, shard: Shard): number {
  return block ? offsetOf(name, block, shard.first + shard.count) + shard.first * 4 : 0;
}

/** Writes rows of steps [first, first + steps) into panels. With `lengths` (one a sample) time runs backward, sample by sample. */
export function gather(
  kernel: Kernel,
  to: Panels,
  rows: Rows,
  shard: Shard,
  first: number,
  steps: number,
  lengths?: Block,
): void {
  kernel.exports.gatherPanels(
    to.at,
    to.step,
    to.panel,
    rows.source.offset,
    ofShard("starts", rows.starts, shard),
    ofShard("lengths", lengths, shard),
    shard.count,
    rows.stride,
    rows.size,
    first,
    first + steps,
  );
}

/** Copies panels to out (steps, ·, size), row-major: from row `row` of `batch` on. */
export function scatter(
  kernel: Kernel,
  out: Block,
  from: Panels,
  size: number,
  shard: Shard,
  steps: number,
  { batch, row }: { readonly batch: number; readonly row: number },
): void {
  const at = offsetOf("out", out, steps * batch * size) + row * size * 4;
  kernel.exports.scatterPanels(at, batch * size, from.at, from.step, from.panel, shard.count, size, steps);
}

/**
 * to[t] = from[t], or += it where `add`, for so many units of so many steps from `first` (0 by default) on. With `lengths` time runs
 * backward, sample by sample: to[t] = from[length − 1 − t], and past the length what stands one step before from[0], or with `add` nothing.
 */
export function moveUnits(
  kernel: Kernel,
  to: Panels,
  from: Panels,
  units: number,
  shard: Shard,
  steps: number,
  {
    lengths,
    add = false,
    first = 0,
  }: { readonly lengths?: Block | undefined; readonly add?: boolean; readonly first?: number } = {},
): void {
  kernel.exports.moveUnits(
    to.at,
    to.step,
    to.panel,
    from.at,
    from.step,
    from.panel,
    ofShard("lengths", lengths, shard),
    shard.count,
    units,
    first,
    first + steps,
    Number(add),
  );
}

/** Bits of a sample's step in `flags`. */
export const ACTIVE = 1;
export const CARRIED = 2;

/** Bytes by offset: sample s has one for each step from `starts[s]` on. */
export interface Flags {
  /** In 4-byte elements, as every block. */
  readonly source: Block;
  readonly starts: Block;
}

/** masks (T, P, 16) of steps [first, first + steps), as `gruForward` reads them. */
export function layMasks(
  kernel: Kernel,
  masks: Block,
  flags: Flags,
  shard: Shard,
  first: number,
  steps: number,
  lengths?: Block,
): void {
  kernel.exports.layMasks(
    offsetOf("masks", masks, steps * panelsOf(shard) * 16),
    flags.source.offset,
    ofShard("starts", flags.starts, shard),
    ofShard("lengths", lengths, shard),
    shard.count,
    first,
    first + steps,
  );
}

/** Sets units to zero where their step is not taken, so that nothing in padded places has an effect. */
export function clearIdle(
  kernel: Kernel,
  panels: Panels,
  masks: Block,
  units: number,
  shard: Shard,
  steps: number,
): void {
  const count = steps * panelsOf(shard);
  kernel.exports.clearIdle(panels.at, panels.panel, offsetOf("masks", masks, count * 16), units, count);
}

/** What decides a dropout mask, beside layer, step, sample and unit. */
export interface DropoutKey {
  readonly key: readonly [number, number];
  /** The share of units that are dropped, 0 ≤ rate < 1. */
  readonly rate: number;
}

/** units of steps [first, first + steps) *= 1 / (1 − rate), or 0 where dropped. */
export function dropout(
  kernel: Kernel,
  panels: Panels,
  units: number,
  shard: Shard,
  first: number,
  steps: number,
  layer: number,
  { key, rate }: DropoutKey,
): void {
  kernel.exports.dropoutUnits(
    panels.at,
    panels.step,
    panels.panel,
    units,
    panelsOf(shard),
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
