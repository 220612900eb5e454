import { ACTIVE, layerLayout, type Panels, panelCount, panelsIn, scatter, unitsFrom } from "@sluice/kernel-wasm";
import type { Track } from "../config/shape.js";
import type { Gru } from "../gru/gru.js";
import type { StateOptions } from "../gru/gru-options.js";
import { placeInputs } from "../network/placement.js";
import { forwardSegment } from "../passes/forward-pass.js";
import { atOnce } from "../passes/pass.js";
import { type ShardContext, shardsOf } from "../passes/shard-context.js";
import { initialStateOf, prepareShard, trackStatesBefore } from "../passes/states.js";
import { workspace } from "../passes/workspace.js";
import { startsEvery, stateRows } from "../tensors/sequences.js";
import { type StepFlags, type StepOptions, toFlags } from "../tensors/step-flags.js";
import { expectShape, type Tensor } from "../tensors/tensor.js";

export type TraceOptions = StateOptions & StepOptions;

/** The values of one layer in one direction at each step, in the order of time; each tensor is (T,B,H). */
export interface TraceTrack {
  readonly layer: number;
  readonly direction: "forward" | "reverse";
  /** The reset gate, NaN at masked steps; absent in a memoryless cell, where it has no effect. */
  readonly r?: Tensor;
  /** The update gate, NaN at masked steps. */
  readonly z: Tensor;
  /** The candidate, NaN at masked steps. */
  readonly n: Tensor;
  /** h' = (1 − z)⊙n + z⊙h; masked steps keep the state before them. */
  readonly state: Tensor;
}

/**
 * Returns the gates and states of each layer and direction for a batch x (T,B,I), without dropout. They are those of the forward pass:
 * the states of the top layer have the same bits as those of `gru.forward`.
 * @throws TypeError or RangeError for other shapes, no steps or samples, or an initial state for a memoryless cell.
 */
export function trace(
  gru: Gru,
  x: Tensor,
  { initialState, ...stepOptions }: TraceOptions = {},
): readonly TraceTrack[] {
  const { network } = gru;
  const { inputSize: I, hiddenSize: H, cell } = gru.config;
  expectShape("x", x, [-1, -1, I]);
  const [T, B] = x.shape as [number, number, number];
  if (T * B === 0) throw new RangeError(`x: expected at least one step and one sample, got [${x.shape.join(", ")}]`);
  const flags = toFlags(stepOptions, T, B);
  const states = initialState && stateRows(initialState, gru.config, B);
  const rows = { data: x.data, starts: startsEvery(I, B), stride: B * I, size: I };

  const tracks = network.layout.tracks.map((track) => {
    const empty = () => ({ data: new Float32Array(T * B * H), shape: [T, B, H] });
    const r = cell === "memoryless" ? {} : { r: empty() };
    const direction = track.reversed ? ("reverse" as const) : ("forward" as const);
    return { layer: track.layer, direction, ...r, z: empty(), n: empty(), state: empty() };
  });
  network.borrow(() => {
    network.pack();
    const placed = placeInputs(network, { count: B, steps: T, x: rows, ...flags }, states);
    const masked = flags.flags !== undefined;
    const work = workspace(network, { rows: B, steps: T, segment: T, masked });
    for (const shard of shardsOf(0, B)) {
      const context = { network, work, data: placed, shard };
      prepareShard(context, initialStateOf(network, placed, shard));
      atOnce(forwardSegment(context, { first: 0, steps: T }));
      for (const track of network.layout.tracks) copyTrack(context, flags, track, tracks[track.index]!);
    }
  });
  return tracks;
}

/** Copies a shard's gates and states from the track's order of steps to the order of time. */
function copyTrack(context: ShardContext, { flags, lengths }: StepFlags, track: Track, to: TraceTrack): void {
  const { network, work, shard } = context;
  const { kernel } = network;
  const { hiddenSize: H } = network.shape;
  const [T, B] = to.state.shape as [number, number, number];
  const { units, gatePanel } = layerLayout(track.shape);

  network.borrow(() => {
    const { rows } = kernel.arena.allocate({ rows: (T + 1) * shard.count * H });
    /** Reads `steps` steps as (steps, samples, H). */
    const read = (from: Panels, steps: number) => {
      scatter(kernel, { out: rows, from, units: H, shard, steps, batch: shard.count, row: 0 });
      return kernel.floats(rows);
    };
    /** Writes step `trackStep(t, b)` of `values` to each step t; NaN if it is below zero. */
    const write = ({ data }: Tensor, values: Float32Array, trackStep: (t: number, b: number) => number) => {
      for (let t = 0; t < T; t++) {
        for (let b = 0; b < shard.count; b++) {
          const at = (t * B + shard.first + b) * H;
          const step = trackStep(t, b);
          const from = (step * shard.count + b) * H;
          if (step < 0) data.fill(Number.NaN, at, at + H);
          else data.set(values.subarray(from, from + H), at);
        }
      }
    };
    const stepOf = (t: number, b: number) => (track.reversed ? (lengths?.[shard.first + b] ?? T) - 1 - t : t);
    const isActive = (t: number, b: number) => !flags || (flags[(shard.first + b) * T + t]! & ACTIVE) !== 0;

    const { gates } = work.activations[track.index]!;
    const panels = panelsIn(gates, panelCount(shard), gatePanel);
    for (const [g, name] of (["r", "z", "n"] as const).entries()) {
      const gate = to[name];
      if (gate) write(gate, read(unitsFrom(panels, g * units), T), (t, b) => (isActive(t, b) ? stepOf(t, b) : -1));
    }
    // index 0 is the initial state, which a reversed track keeps beyond the length
    write(to.state, read(trackStatesBefore(context, track.index), T + 1), (t, b) => Math.max(stepOf(t, b) + 1, 0));
  });
}
