import { type Block, type Panels, scatter, stepsFrom, unitsFrom } from "@sluice/kernel-wasm";
import { featuresOf } from "../config/shape.js";
import { chunkOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { placeInputs } from "../network/placement.js";
import type { StridedRows } from "../tensors/sequences.js";
import type { StepFlags } from "../tensors/step-flags.js";
import { outputsOf } from "./features.js";
import { forwardSegment } from "./forward-pass.js";
import { atOnce } from "./pass.js";
import { shardsOf } from "./shard-context.js";
import { carryStates, initialStateOf, prepareShard, trackStatesAfter } from "./states.js";
import { workspace } from "./workspace.js";

/** The most steps of a single row that are in kernel memory at a time. */
const ROW_CHUNK = 4096;

/** A batch to run: x, which steps are masked or reset, and the initial states of all tracks. */
export interface InferenceBatch extends StepFlags {
  readonly x: StridedRows;
  readonly steps: number;
  readonly states?: StridedRows | undefined;
  /** Whether to return the top layer's states. Copying them takes time: with many units they are most of the results. */
  readonly withFeatures: boolean;
}

/** Row-major results of a batch. */
export interface Results {
  /** (T,B,O), or (B,O) if only the last step has an output; empty without a head. */
  readonly outputs: Float32Array;
  /** (T,B,F), the top layer's states, or (B,F) if only the last step has an output; empty unless requested. */
  readonly features: Float32Array;
  /** (L D,B,H) */
  readonly finalState: Float32Array;
}

/** Runs a batch of at least one row and one step. */
export function infer(network: Network, batch: InferenceBatch): Results {
  const { shape } = network;
  const plain = shape.direction === "forward" && shape.outputs === "all" && !batch.flags;
  const run = batch.x.starts.length === 1 && plain ? inferRow : inferBatch;
  return network.borrow(() => run(network, batch));
}

function inferBatch(network: Network, { x, steps, flags, lengths, states, withFeatures }: InferenceBatch): Results {
  const { kernel, shape, layout } = network;
  const { hiddenSize: H, outputSize: O } = shape;
  const F = withFeatures ? featuresOf(shape) : 0;
  const B = x.starts.length;
  const lastOnly = shape.outputs === "last";
  const chunk = chunkOf(shape, steps);
  /** Whether all results fit into the kernel's buffers, from which they are copied once at the end. */
  const copiesOnce = lastOnly || chunk === steps;
  const length = copiesOnce ? 0 : steps * B;
  const results = { outputs: new Float32Array(length * O), features: new Float32Array(length * F) };
  const finalState = new Float32Array(layout.tracks.length * B * H);
  network.pack();
  const data = placeInputs(network, { count: B, steps, x, flags, lengths }, states);
  const work = workspace(network, { rows: B, steps, segment: chunk, masked: flags !== undefined });
  const rows = (lastOnly ? 1 : chunk) * B;
  const plan = { outputs: rows * O, features: rows * F, state: B * H };
  const out = kernel.arena.allocate(plan, { zeros: false });
  for (const shard of shardsOf(0, B)) {
    const context = { network, work, data, shard };
    const rowsOfShard = { shard, batch: B, row: shard.first };
    prepareShard(context, initialStateOf(network, data, shard));
    for (let t = 0; t < steps; t += chunk) {
      const segment = { first: t, steps: Math.min(chunk, steps - t) };
      if (t > 0) carryStates(context, chunk);
      const features = atOnce(forwardSegment(context, segment));
      const isLast = t + segment.steps === steps;
      if (isLast || !lastOnly) {
        const count = lastOnly ? 1 : segment.steps;
        const copy = (from: Panels, block: Block, all: Float32Array, size: number) => {
          scatter(kernel, { out: block, from, units: size, steps: count, ...rowsOfShard });
          if (copiesOnce) return;
          const values = kernel.floats(block);
          const row = shard.first * size;
          for (let s = 0; s < count; s++) {
            const at = s * B * size + row;
            all.set(values.subarray(at, at + shard.count * size), t * B * size + at);
          }
        };
        if (withFeatures) copy(unitsFrom(features, 1), out.features, results.features, F);
        if (O > 0) copy(outputsOf(context), out.outputs, results.outputs, O);
      }
      if (!isLast) continue;
      for (const { index } of layout.tracks) {
        const from = stepsFrom(trackStatesAfter(context, index), segment.steps - 1);
        scatter(kernel, { out: out.state, from, units: H, steps: 1, ...rowsOfShard });
        const row = shard.first * H;
        finalState.set(kernel.floats(out.state).subarray(row, row + shard.count * H), index * B * H + row);
      }
    }
  }
  if (!copiesOnce) return { ...results, finalState };
  return {
    outputs: kernel.floats(out.outputs).slice(),
    features: kernel.floats(out.features).slice(),
    finalState,
  };
}

/** Runs a single row with lanes over units instead of rows: the bits are the same, and no lanes are idle. */
function inferRow(network: Network, { x, steps, states, withFeatures }: InferenceBatch): Results {
  network.setStreamState(states?.data ?? network.initialState());
  return { ...streamRow(network, x, steps, withFeatures), finalState: network.streamState() };
}

/** Runs the first row of `x` from the network's stream state. */
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
