import { type Block, PANEL, panelsOf, scatter, statesOf } from "@sluice/kernel-wasm";
import { featuresOf } from "../config/shape.js";
import { chunkOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { placeInputs } from "../network/placement.js";
import type { StridedRows } from "../tensors/sequences.js";
import type { StepFlags } from "../tensors/step-flags.js";
import { begin, carryStates, outputPanels, runSegment, shardsOf, startOf } from "./forward-pass.js";
import { atOnce } from "./pass.js";
import { workspace } from "./workspace.js";

/** Steps that inference keeps in memory at once for a batch of one row. */
const ROW_CHUNK = 4096;

/** A batch to run: x, which steps of it are taken, and the states before, those of all tracks. */
export interface Batch extends StepFlags {
  readonly x: StridedRows;
  readonly steps: number;
  readonly states?: StridedRows | undefined;
  /** Whether the top layer's states are asked for, as they are without a head: of many units they are most of what is copied. */
  readonly withFeatures: boolean;
}

/** Row-major results of a batch. */
export interface Results {
  /** (T,B,O), or (B,O) where only the last counts; empty without a head. */
  readonly outputs: Float32Array;
  /** (T,B,F), the top layer's states, or (B,F) where only the last counts; empty where nobody asks for them. */
  readonly features: Float32Array;
  /** (L D,B,H) */
  readonly finalState: Float32Array;
}

/** Inference over a batch of at least one row and one step. */
export function infer(network: Network, batch: Batch): Results {
  const { shape } = network;
  const plain = shape.direction === "forward" && shape.outputs === "all" && !batch.flags;
  const run = batch.x.starts.length === 1 && plain ? inferRow : inferBatch;
  return network.borrow(() => run(network, batch));
}

function inferBatch(network: Network, { x, steps, flags, lengths, states, withFeatures }: Batch): Results {
  const { kernel, shape, layout } = network;
  const { hiddenSize: H, outputSize: O, outputs: kind } = shape;
  const F = withFeatures ? featuresOf(shape) : 0;
  const B = x.starts.length;
  const chunk = chunkOf(shape, steps);
  /** Whether the kernel holds the results of all rows until the last shard is done. */
  const held = kind === "last" || chunk === steps;
  const length = held ? 0 : steps * B;
  const results = { outputs: new Float32Array(length * O), features: new Float32Array(length * F) };
  const finalState = new Float32Array(layout.tracks.length * B * H);
  network.pack();
  const placed = placeInputs(network, { count: B, steps, x, flags, lengths }, states);
  const work = workspace(network, { rows: B, steps, segment: chunk, masked: flags !== undefined });
  const rows = (kind === "last" ? 1 : chunk) * B;
  const plan = { outputs: rows * O, features: rows * F, state: B * H };
  const out = kernel.arena.allocate(plan, { zeros: false });
  for (const shard of shardsOf(0, B)) {
    const to = { batch: B, row: shard.first };
    begin(network, work, startOf(network, placed, shard), shard, undefined);
    for (let t = 0; t < steps; t += chunk) {
      const n = Math.min(chunk, steps - t);
      if (t > 0) carryStates(network, work, shard, chunk);
      const top = atOnce(runSegment(network, work, placed, shard, undefined, t, n));
      const last = t + n === steps;
      if (kind === "all" || last) {
        const count = kind === "last" ? 1 : n;
        const copy = (block: Block, all: Float32Array, size: number) => {
          const rows = kernel.floats(block);
          for (let s = 0; s < count; s++) {
            const row = shard.first * size;
            const values = rows.subarray(s * B * size + row, s * B * size + row + shard.count * size);
            all.set(values, (t + s) * B * size + row);
          }
        };
        if (withFeatures) {
          scatter(kernel, out.features, { ...top, at: top.at + PANEL * 4 }, F, shard, count, to);
          if (!held) copy(out.features, results.features, F);
        }
        if (O > 0) {
          scatter(kernel, out.outputs, outputPanels(network, work, shard), O, shard, count, to);
          if (!held) copy(out.outputs, results.outputs, O);
        }
      }
      if (!last) continue;
      for (const track of layout.tracks) {
        const all = statesOf(track.shape, work.activations[track.index]!, panelsOf(shard), n);
        scatter(kernel, out.state, { ...all, at: all.at + (n - 1) * all.step + PANEL * 4 }, H, shard, 1, to);
        const row = shard.first * H;
        const values = kernel.floats(out.state).subarray(row, row + shard.count * H);
        finalState.set(values, track.index * B * H + row);
      }
    }
  }
  if (!held) return { ...results, finalState };
  return {
    outputs: kernel.floats(out.outputs).slice(),
    features: kernel.floats(out.features).slice(),
    finalState,
  };
}

/** A batch of one row, lanes over units: the same bits, without seven idle rows. */
function inferRow(network: Network, { x, steps, states, withFeatures }: Batch): Results {
  network.setStreamState(states?.data ?? network.initialState());
  return { ...streamRow(network, x, steps, withFeatures), finalState: network.streamState() };
}

/** Steps of the first row of `x`, from the state that the kernel holds for streams. */
export function streamRow(
  network: Network,
  { data, starts, stride, size }: StridedRows,
  steps: number,
  withFeatures: boolean,
): Pick<Results, "outputs" | "features"> {
  const { kernel, shape } = network;
  const { hiddenSize: H, outputSize: O, layers } = shape;
  const chunk = Math.min(ROW_CHUNK, steps);
  const results = { outputs: new Float32Array(steps * O), features: new Float32Array(withFeatures ? steps * H : 0) };
  const b = kernel.arena.allocate({
    x: chunk * size,
    y: chunk * O,
    hidden: withFeatures || layers > 1 ? chunk * H : 0,
  });
  for (let t = 0; t < steps; t += chunk) {
    const n = Math.min(chunk, steps - t);
    const x = kernel.floats(b.x);
    for (let i = 0; i < n; i++) {
      const at = starts[0]! + (t + i) * stride;
      x.set(data.subarray(at, at + size), i * size);
    }
    network.steps(b.x, b.y, b.hidden.length > 0 ? b.hidden : undefined, n);
    results.outputs.set(kernel.floats(b.y).subarray(0, n * O), t * O);
    if (withFeatures) results.features.set(kernel.floats(b.hidden).subarray(0, n * H), t * H);
  }
  return results;
}
