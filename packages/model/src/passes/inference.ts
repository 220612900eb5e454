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
import { type Segment, type ShardContext, shardsOf } from "./shard-context.js";
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

/** One of the results, (steps, B, size) row-major, as it is collected shard by shard. */
interface Collected {
  /** As many steps as are computed at once, in kernel memory. */
  readonly block: Block;
  readonly size: number;
  readonly rows: number;
  /** All steps; absent if the block holds them all, so that they are copied once. */
  readonly values: Float32Array | undefined;
}

/** Allocates memory for a result of `steps` steps, of which `atOnce` are computed at once. */
function collected(
  network: Network,
  rows: number,
  size: number,
  [steps, atOnce]: readonly [number, number],
): Collected {
  const { block } = network.kernel.arena.allocate({ block: atOnce * rows * size }, { zeros: false });
  return { block, size, rows, values: steps > atOnce ? new Float32Array(steps * rows * size) : undefined };
}

/** Copies a shard's panels to steps [first, first + steps) of a result. */
function collect(
  { block, size, rows, values }: Collected,
  { network: { kernel }, shard }: ShardContext,
  from: Panels,
  { first, steps }: Segment,
): void {
  scatter(kernel, { out: block, from, units: size, shard, steps, batch: rows, row: shard.first });
  if (!values) return;
  const copied = kernel.floats(block);
  for (let s = 0; s < steps; s++) {
    const at = (s * rows + shard.first) * size;
    values.set(copied.subarray(at, at + shard.count * size), first * rows * size + at);
  }
}

function inferBatch(network: Network, { x, steps, flags, lengths, states, withFeatures }: InferenceBatch): Results {
  const { kernel, shape, layout } = network;
  const { hiddenSize: H, outputSize: O } = shape;
  const B = x.starts.length;
  const lastOnly = shape.outputs === "last";
  const chunk = chunkOf(shape, steps);
  network.pack();
  const data = placeInputs(network, { count: B, steps, x, flags, lengths }, states);
  const work = workspace(network, { rows: B, steps, segment: chunk, masked: flags !== undefined });
  const length = lastOnly ? ([1, 1] as const) : ([steps, chunk] as const);
  const outputs = collected(network, B, O, length);
  const features = collected(network, B, withFeatures ? featuresOf(shape) : 0, length);
  const finalState = collected(network, B, H, [layout.tracks.length, 1]); // a track takes the place of a step
  for (const shard of shardsOf(0, B)) {
    const context = { network, work, data, shard };
    prepareShard(context, initialStateOf(network, data, shard));
    for (let first = 0; first < steps; first += chunk) {
      const segment = { first, steps: Math.min(chunk, steps - first) };
      const isLast = first + chunk >= steps;
      if (first > 0) carryStates(context, chunk);
      const top = atOnce(forwardSegment(context, segment));
      if (isLast || !lastOnly) {
        const kept = lastOnly ? { first: 0, steps: 1 } : segment;
        if (withFeatures) collect(features, context, unitsFrom(top, 1), kept);
        if (O > 0) collect(outputs, context, outputsOf(context), kept);
      }
      if (!isLast) continue;
      for (const { index } of layout.tracks) {
        const from = stepsFrom(trackStatesAfter(context, index), segment.steps - 1);
        collect(finalState, context, from, { first: index, steps: 1 });
      }
    }
  }
  const valuesOf = ({ block, values }: Collected) => values ?? kernel.floats(block).slice();
  return { outputs: valuesOf(outputs), features: valuesOf(features), finalState: valuesOf(finalState) };
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
