import { type Block, gatherInputs, gruForward, headForward, scatter, setState } from "@sluice/kernel-wasm";
import { CHUNK } from "./memory-plan.js";
import { type Network, rowsFrom, shardsOf } from "./network.js";
import type { StridedRows } from "./sequences.js";

/** Steps that inference keeps in memory at once for a batch of one row. */
const ROW_CHUNK = 4096;

/** Takes the outputs (steps, B, O) and states (steps, B, H) of each run of steps, as views that hold until the next. */
export type Emit = (first: number, outputs: Float32Array, hidden: Float32Array) => void;

/** Inference over a batch. */
export function infer(
  network: Network,
  x: StridedRows,
  steps: number,
  states: StridedRows | undefined,
  emit: Emit,
): void {
  const run = x.starts.length === 1 ? inferRow : inferBatch;
  network.borrow(() => run(network, x, steps, states, emit));
}

function inferBatch(
  network: Network,
  x: StridedRows,
  steps: number,
  states: StridedRows | undefined,
  emit: Emit,
): void {
  const { kernel, shape } = network;
  const { hiddenSize: H, outputSize: O } = shape;
  const B = x.starts.length;
  const chunk = Math.min(CHUNK, steps);
  network.pack();
  const source = network.placeRows(x);
  const work = network.workspace({ rows: B, steps, segment: chunk });
  const out = kernel.arena.allocate({ outputs: chunk * B * O, hidden: chunk * B * H, starts: B });
  kernel.integers(out.starts).set(Uint32Array.from({ length: B }, (_, b) => b * H));
  let before = states && network.placeRows(states);
  for (let t = 0; t < steps; t += chunk) {
    const n = Math.min(chunk, steps - t);
    const from = rowsFrom(source, t);
    for (const shard of shardsOf(0, B)) {
      gatherInputs(kernel, shape, work, from, shard, n);
      setState(kernel, shape, work, shard, before);
      gruForward(kernel, shape, work, shard, 0, n);
      if (O > 0) headForward(kernel, shape, work, shard, n);
      const outputs = O > 0 ? { outputs: out.outputs } : {};
      scatter(kernel, shape, work, shard, n, { batch: B, row: shard.first, ...outputs, hidden: out.hidden });
    }
    emit(t, kernel.floats(out.outputs).subarray(0, n * B * O), kernel.floats(out.hidden).subarray(0, n * B * H));
    const last: Block = { offset: out.hidden.offset + (n - 1) * B * H * 4, length: B * H };
    before = { source: last, starts: out.starts, stride: 0, size: H };
  }
}

/** A batch of one row, lanes over units: the same bits, without seven idle rows. */
function inferRow(
  network: Network,
  { data, starts, stride, size }: StridedRows,
  steps: number,
  states: StridedRows | undefined,
  emit: Emit,
): void {
  const { kernel, shape } = network;
  const { hiddenSize: H, outputSize: O } = shape;
  const chunk = Math.min(ROW_CHUNK, steps);
  const b = kernel.arena.allocate({ x: chunk * size, y: chunk * O, hidden: chunk * H });
  network.setStreamState(states?.data.subarray(states.starts[0], states.starts[0]! + states.size));
  for (let t = 0; t < steps; t += chunk) {
    const n = Math.min(chunk, steps - t);
    const x = kernel.floats(b.x);
    for (let i = 0; i < n; i++) {
      const at = starts[0]! + (t + i) * stride;
      x.set(data.subarray(at, at + size), i * size);
    }
    network.steps(b.x, b.y, b.hidden, n);
    emit(t, kernel.floats(b.y).subarray(0, n * O), kernel.floats(b.hidden).subarray(0, n * H));
  }
}
