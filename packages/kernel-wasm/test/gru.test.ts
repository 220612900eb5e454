import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../src/arena.js";
import { type GruBuffers, type GruGradients, panelsOf } from "../src/buffers.js";
import {
  gatherInputs,
  gruBackward,
  gruForward,
  gruSteps,
  headForward,
  mse,
  packBackward,
  packForward,
  packSteps,
  scatter,
  setState,
} from "../src/gru.js";
import { Kernel } from "../src/kernel.js";
import { type Cell, type GruShape, gruLayout } from "../src/layout.js";
import { matmul } from "../src/matrix.js";
import { backward, head, type Step, step } from "../src/reference/gru.js";

/** A network with random weights and one shard of data, in kernel memory and as plain arrays. */
async function setUp(shape: GruShape, T: number, B: number, seed: number) {
  const kernel = await Kernel.create();
  const l = gruLayout(shape);
  const { inputSize: I, hiddenSize: H, outputSize: O } = shape;
  const panels = Math.ceil(B / 8);
  const out = O > 0 ? O : H;
  const named = kernel.arena.allocate({
    weights: l.weights,
    head: l.head,
    packed: l.weights,
    headPacked: l.head,
    inputs: (T + 1) * panels * l.inputPanel,
    gates: T * panels * l.gatePanel,
    outputs: T * panels * l.outputPanel,
    transposed: l.transposed,
    headTransposed: l.headTransposed,
    dState: panels * l.statePanel,
    scratch: panels * l.scratchPanel,
    dWeights: l.weights,
    dHead: l.head,
    x: T * B * I,
    y: T * B * out,
    starts: B,
    targetStarts: B,
    states: B * H,
    stateStarts: B,
    streamPacked: l.weights,
    streamHead: l.head,
    vector: l.vector,
    vectorGates: l.gates,
    output: l.outputs,
    streamed: T * O,
    streamedHidden: T * H,
  });
  const buffers: GruBuffers = named;
  const gradients: GruGradients = { ...named, weights: named.dWeights, head: named.dHead };
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.fround(state / 2 ** 31);
  };
  const weights = kernel.floats(named.weights);
  for (let k = 0; k < l.rows; k++) {
    for (let gate = 0; gate < 3; gate++) {
      for (let j = 0; j < H; j++) weights[k * l.columns + gate * l.units + j] = random();
    }
  }
  const headWeights = kernel.floats(named.head);
  for (let k = 0; k <= H; k++) for (let o = 0; o < O; o++) headWeights[k * l.outputs + o] = random();
  for (const name of ["x", "y", "states"] as const) {
    const view = kernel.floats(named[name]);
    for (let i = 0; i < view.length; i++) view[i] = random();
  }
  for (let b = 0; b < B; b++) {
    kernel.integers(named.starts)[b] = b * I;
    kernel.integers(named.targetStarts)[b] = b * out;
    kernel.integers(named.stateStarts)[b] = b * H;
  }
  const copy = (block: Block) => kernel.floats(block).slice();
  return {
    kernel,
    named,
    buffers,
    gradients,
    l,
    out,
    weights: copy(named.weights),
    headWeights: copy(named.head),
    copy,
  };
}

const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)];

async function compare(shape: GruShape, T: number, B: number, seed: number) {
  const { kernel, named, buffers, gradients, out, weights, headWeights, copy } = await setUp(shape, T, B, seed);
  const { inputSize: I, hiddenSize: H, outputSize: O } = shape;
  const shard = { first: 0, count: B };
  const states = { source: named.states, starts: named.stateStarts, stride: 0, size: H };
  const targets = { source: named.y, starts: named.targetStarts, stride: B * out, size: out };

  packForward(kernel, shape, buffers);
  packBackward(kernel, shape, buffers, gradients);
  gatherInputs(kernel, shape, buffers, { source: named.x, starts: named.starts, stride: B * I, size: I }, shard, T);
  setState(kernel, shape, buffers, shard, shape.cell === "memoryless" ? undefined : states);
  gruForward(kernel, shape, buffers, shard, 0, T);
  if (O > 0) headForward(kernel, shape, buffers, shard, T);
  const whole = kernel.arena.allocate({ outputs: T * B * O, hidden: T * B * H });
  scatter(kernel, shape, buffers, shard, T, {
    batch: B,
    row: 0,
    ...(O > 0 && { outputs: whole.outputs }),
    hidden: whole.hidden,
  });

  // the reference, a row at a time
  const x = copy(named.x);
  const steps: Step[][] = Array.from({ length: T }, () => []);
  for (let b = 0; b < B; b++) {
    let h: Float32Array =
      shape.cell === "memoryless" ? new Float32Array(H) : copy(named.states).subarray(b * H, b * H + H);
    for (let t = 0; t < T; t++) {
      const s = step(shape, weights, x.subarray((t * B + b) * I, (t * B + b + 1) * I), h);
      steps[t]![b] = s;
      h = s.h;
    }
  }
  const y = steps.map((row) => row.map((s) => (O > 0 ? head(shape, headWeights, s.h) : s.h)));
  expect(bits(kernel.floats(whole.hidden))).toEqual(bits(steps.flatMap((row) => row.flatMap((s) => [...s.h]))));
  if (O > 0) expect(bits(kernel.floats(whole.outputs))).toEqual(bits(y.flatMap((row) => row.flatMap((v) => [...v]))));

  // streaming has the bits of the batch
  if (B === 1) {
    const stream = {
      packed: named.streamPacked,
      headPacked: named.streamHead,
      vector: named.vector,
      gates: named.vectorGates,
      output: named.output,
    };
    const vector = kernel.floats(named.vector).fill(1);
    vector.fill(0, I + gruLayout(shape).biases);
    vector.set(shape.cell === "memoryless" ? new Float32Array(H) : copy(named.states), I + gruLayout(shape).biases);
    packSteps(kernel, shape, buffers, stream);
    gruSteps(kernel, shape, stream, named.x, named.streamed, named.streamedHidden, T);
    expect(bits(kernel.floats(named.streamedHidden))).toEqual(bits(kernel.floats(whole.hidden)));
    if (O > 0) expect(bits(kernel.floats(named.streamed))).toEqual(bits(kernel.floats(whole.outputs)));
  }

  // loss and gradient
  const scale = Math.fround(2 / (T * B * out));
  const loss = mse(kernel, shape, buffers, targets, shard, T, scale);
  const target = copy(named.y);
  const expected = [0]; // one sum for every 16 steps
  const dy = y.map((row, t) =>
    row.map((values, b) =>
      values.map((value, o) => {
        const error = Math.fround(value - target[(t * B + b) * out + o]!);
        return Math.fround(scale * error);
      }),
    ),
  );
  for (let t = 0; t < T; t++) {
    for (let panel = 0; panel < B; panel += 8) {
      for (let o = 0; o < out; o++) {
        for (let b = panel; b < Math.min(panel + 8, B); b++) {
          const error = Math.fround(y[t]![b]![o]! - target[(t * B + b) * out + o]!);
          expected[t >> 4] = (expected[t >> 4] ?? 0) + error * error;
        }
      }
    }
  }
  expect(loss).toBe(expected.reduce((sum, part) => sum + part, 0));
  for (let to = T; to > 0; ) {
    const from = Math.floor((to - 1) / 16) * 16; // in pieces of a segment: the same bits as in one call
    gruBackward(kernel, shape, buffers, gradients, shard, from, to);
    to = from;
  }
  const gradient = new Float32Array(weights.length);
  const dHead = new Float32Array(headWeights.length);
  const dh = backward(shape, weights, headWeights, steps, dy, gradient, dHead);
  expect(bits(kernel.floats(named.dWeights))).toEqual(bits(gradient));
  expect(bits(kernel.floats(named.dHead))).toEqual(bits(dHead));
  const dState = kernel.floats(named.dState);
  for (let b = 0; b < B; b++) {
    const got = Float32Array.from(
      { length: H },
      (_, k) => dState[(b >> 3) * gruLayout(shape).statePanel + k * 8 + (b & 7)]!,
    );
    expect(bits(got)).toEqual(bits(dh[b]!));
  }
  expect(panelsOf(shard)).toBe(Math.ceil(B / 8));
}

const cells: Cell[] = ["reset-before", "reset-after", "memoryless"];

// smallest; odd everywhere; a multiple of the tile; longer than a segment; no head
test.each([
  [1, 1, 1, 1, 1],
  [3, 5, 2, 7, 3],
  [2, 8, 1, 16, 1],
  [37, 13, 3, 9, 2],
  [5, 9, 2, 6, 0],
  [19, 20, 1, 16, 1],
])("T=%i B=%i I=%i H=%i O=%i: forward and backward have the bits of the reference", async (T, B, I, H, O) => {
  for (const cell of cells) await compare({ cell, inputSize: I, hiddenSize: H, outputSize: O }, T, B, T * 31 + H);
});

test("random shapes have the bits of the reference", async () => {
  const size = (max: number) => fc.integer({ min: 1, max });
  const shape = fc.record({
    cell: fc.constantFrom(...cells),
    inputSize: size(5),
    hiddenSize: size(19),
    outputSize: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(fc.asyncProperty(shape, size(20), size(18), fc.integer(), compare), { numRuns: 40 });
}, 60_000);

test("a block that is too small is refused with both sizes", async () => {
  const kernel = await Kernel.create();
  const { a, b, c } = kernel.arena.allocate({ a: 8, b: 64, c: 64 });
  expect(() => matmul(kernel, b, a, c, { K: 4, N: 4, panels: 1 })).toThrow(/packed: expected 16 floats, got 8/);
  expect(() => matmul(kernel, b, c, c, { K: 4, N: 6, panels: 1 })).toThrow(/N: expected a multiple of 4, got 6/);
  expect(() => matmul(kernel, b, c, c, { K: 0, N: 4, panels: 1 })).toThrow(/K: expected at least 1, got 0/);
});
