import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../src/arena.js";
import type { LayerActivations, LayerGradients, Panels } from "../src/buffers.js";
import { headBackward, headForward, headGradient, packHead, packHeadBackward } from "../src/head.js";
import { Kernel } from "../src/kernel.js";
import {
  gruBackward,
  gruForward,
  inputGradient,
  inputsOf,
  layOnes,
  packLayer,
  packLayerBackward,
  setState,
  statesOf,
} from "../src/layer.js";
import { type HeadShape, headLayout, type LayerShape, layerLayout, SEGMENT } from "../src/layout.js";
import { loss } from "../src/loss.js";
import { matmul } from "../src/matrix.js";
import { ACTIVE, CARRIED, gather, layMasks, scatter } from "../src/moves.js";
import * as reference from "../src/reference/gru.js";
import { gruSteps, packSteps } from "../src/stream.js";

const USUAL = { gateActivation: "sigmoid", candidateActivation: "tanh" } as const;

/** Numbers in [−1, 1), the same in every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.fround(state / 2 ** 31);
  };
}

const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)];

/** Rows that hold their state, begin anew, or see it thinned out. */
type Ways = "usual" | "masked" | "masked and thinned";

/** A network with random weights and one shard of data, run by the kernel and by the reference. */
async function compare(shape: LayerShape, O: number, T: number, B: number, seed: number, ways: Ways = "usual") {
  const kernel = await Kernel.create();
  const l = layerLayout(shape);
  const { inputSize: I, hiddenSize: H } = shape;
  const headShape: HeadShape = { features: H, outputSize: O };
  const h = headLayout(headShape);
  const panels = Math.ceil(B / 8);
  const b = kernel.arena.allocate({
    weights: l.weights,
    packed: l.weights,
    head: h.weights,
    headPacked: h.weights,
    inputs: (T + 1) * panels * l.inputPanel,
    gates: T * panels * l.gatePanel,
    states: (T + 1) * panels * l.ownPanel,
    masks: T * panels * 16,
    factors: panels * l.statePanel,
    kept: l.statePanel,
    outputs: T * panels * h.outputPanel,
    transposed: l.transposed,
    inputTransposed: l.inputTransposed,
    headTransposed: h.transposed,
    dState: panels * l.statePanel,
    dStates: T * panels * l.statePanel,
    dInputs: T * panels * l.dInputPanel,
    scratch: panels * Math.max(l.scratchPanel, h.scratchPanel),
    dWeights: l.weights,
    dHead: h.weights,
    x: T * B * I,
    y: T * B * O,
    given: T * B * H,
    before: B * H,
    flags: Math.ceil((T * B) / 4),
    xStarts: B,
    yStarts: B,
    hStarts: B,
    flagStarts: B,
    streamPacked: l.weights,
    streamHead: h.weights,
    vector: l.vector,
    streamGates: l.streamGates,
    streamOutput: h.outputs,
    streamed: T * O,
    streamedHidden: T * H,
    wholeHidden: T * B * H,
    wholeOutputs: T * B * O,
    wholeDInputs: T * B * I,
  });
  const random = noise(seed);
  const weights = kernel.floats(b.weights);
  for (let k = 0; k < l.rows; k++) {
    for (let g = 0; g < 3; g++) for (let j = 0; j < H; j++) weights[k * l.columns + g * l.units + j] = random();
  }
  const headWeights = kernel.floats(b.head);
  for (let k = 0; k <= H; k++) for (let o = 0; o < O; o++) headWeights[k * h.outputs + o] = random();
  for (const block of [b.x, b.y, b.given, b.before])
    kernel.floats(block).set(Float32Array.from({ length: block.length }, random));
  kernel.floats(b.factors).set(Float32Array.from({ length: b.factors.length }, () => (random() > 0 ? 2 : 0)));
  const flags = new Uint8Array(T * B).map(() => (random() > -0.5 ? ACTIVE : 0) | (random() > -0.7 ? CARRIED : 0));
  kernel
    .integers(b.flags)
    .set(new Uint32Array(Uint8Array.from({ length: b.flags.length * 4 }, (_, i) => flags[i] ?? 0).buffer));
  const starts = (block: Block, size: number) =>
    kernel.integers(block).set(Uint32Array.from({ length: B }, (_, i) => i * size));
  starts(b.xStarts, I);
  starts(b.yStarts, O);
  starts(b.hStarts, H);
  starts(b.flagStarts, T);
  const copy = (block: Block) => kernel.floats(block).slice();

  // the kernel, forward
  const shard = { first: 0, count: B };
  const masked = ways !== "usual";
  const activations: LayerActivations = {
    inputs: b.inputs,
    gates: b.gates,
    own: masked
      ? { states: b.states, masks: b.masks, factors: ways === "masked" ? undefined : b.factors, kept: b.kept }
      : undefined,
  };
  const gradients: LayerGradients = { ...b, weights: b.dWeights };
  packLayer(kernel, shape, b);
  packLayerBackward(kernel, shape, b, gradients);
  layOnes(kernel, shape, activations, panels, T);
  const x = { source: b.x, starts: b.xStarts, stride: B * I, size: I };
  gather(kernel, inputsOf(shape, activations, panels, T), x, shard, 0, T);
  if (masked) layMasks(kernel, b.masks, { source: b.flags, starts: b.flagStarts }, shard, 0, T);
  setState(kernel, shape, activations, shard, { source: b.before, starts: b.hStarts, stride: 0, size: H });
  gruForward(kernel, shape, b, activations, shard, 0, T);
  const features = statesOf(shape, activations, panels, T);
  scatter(kernel, b.wholeHidden, { ...features, at: features.at + 32 }, H, shard, T, { batch: B, row: 0 });
  const outputsAt: Panels = { at: b.outputs.offset, step: panels * h.outputPanel * 4, panel: h.outputPanel * 4 };
  if (O > 0) {
    packHead(kernel, headShape, { weights: b.head, packed: b.headPacked });
    packHeadBackward(kernel, headShape, { weights: b.head, packed: b.headPacked }, b.headTransposed);
    headForward(kernel, headShape, { weights: b.head, packed: b.headPacked }, b.outputs, features, shard, T);
    scatter(kernel, b.wholeOutputs, outputsAt, O, shard, T, { batch: B, row: 0 });
  }

  // the reference, a row at a time
  const [xs, before, factors] = [copy(b.x), copy(b.before), copy(b.factors)];
  const w = copy(b.weights);
  const steps: reference.Step[][] = Array.from({ length: T }, () => []);
  for (let row = 0; row < B; row++) {
    let state: Float32Array = before.slice(row * H, row * H + H);
    const thinned = Float32Array.from(
      { length: H },
      (_, k) => factors[(row >> 3) * l.statePanel + k * 8 + (row & 7)]!,
    );
    for (let t = 0; t < T; t++) {
      const flag = masked ? flags[row * T + t]! : ACTIVE | CARRIED;
      const way = {
        active: (flag & ACTIVE) > 0,
        carried: (flag & CARRIED) > 0,
        factors: ways === "masked and thinned" ? thinned : undefined,
      };
      const s = reference.step(shape, w, xs.subarray((t * B + row) * I, (t * B + row + 1) * I), state, way);
      steps[t]![row] = s;
      state = s.h;
    }
  }
  expect(bits(copy(b.wholeHidden))).toEqual(bits(steps.flatMap((row) => row.flatMap((s) => [...s.h]))));
  const v = copy(b.head);
  const y = steps.map((row) => row.map((s) => reference.head(headShape, v, s.h)));
  expect(bits(copy(b.wholeOutputs))).toEqual(bits(y.flat().flatMap((values) => [...values])));

  // streaming has the bits of the batch
  if (B === 1 && !masked) {
    const stream = {
      packed: b.streamPacked,
      headPacked: b.streamHead,
      vector: b.vector,
      gates: b.streamGates,
      output: b.streamOutput,
    };
    packSteps(kernel, shape, headShape, b, { weights: b.head }, stream);
    const vector = kernel.floats(b.vector).fill(1);
    vector.fill(0, I + l.biases);
    vector.set(before, I + l.biases);
    gruSteps(kernel, shape, headShape, stream, b.x, b.streamed, b.streamedHidden, T);
    expect(bits(copy(b.streamedHidden))).toEqual(bits(copy(b.wholeHidden)));
    expect(bits(copy(b.streamed))).toEqual(bits(copy(b.wholeOutputs)));
  }

  // loss, and gradients: of the head's outputs and of h itself
  const given = copy(b.given);
  let dStates: Float32Array[][] = steps.map((row, t) =>
    row.map((_, i) => given.slice((t * B + i) * H, (t * B + i + 1) * H)),
  );
  if (O > 0) {
    const targets = { source: b.y, starts: b.yStarts, stride: B * O, size: O };
    const got = loss(
      kernel,
      { kind: "mse" },
      { block: b.outputs, size: h.outputs },
      outputsAt,
      targets,
      undefined,
      shard,
      0,
      T,
    );
    const target = copy(b.y);
    const error = (t: number, i: number, o: number) => Math.fround(y[t]![i]![o]! - target[(t * B + i) * O + o]!);
    let expected = 0;
    for (let first = 0; first < T; first += SEGMENT) {
      let sum = 0;
      for (let t = first; t < Math.min(first + SEGMENT, T); t++) {
        for (let panel = 0; panel < B; panel += 8) {
          for (let o = 0; o < O; o++) {
            for (let i = panel; i < Math.min(panel + 8, B); i++) sum += error(t, i, o) * error(t, i, o);
          }
        }
      }
      expected += sum;
    }
    expect(got).toBe(expected);
    const dy = y.map((row, t) => row.map((out, i) => out.map((_, o) => 2 * error(t, i, o))));
    headBackward(kernel, headShape, b.headTransposed, b.dStates, b.outputs, shard, T);
    for (let from = Math.floor((T - 1) / SEGMENT) * SEGMENT; from >= 0; from -= SEGMENT) {
      const to = Math.min(T, from + SEGMENT);
      headGradient(kernel, headShape, b.dHead, b.scratch, features, b.outputs, shard, from, to);
    }
    const dHead = new Float32Array(v.length);
    reference.headGradient(
      headShape,
      steps.map((row) => row.map((s) => s.h)),
      dy,
      dHead,
    );
    expect(bits(copy(b.dHead))).toEqual(bits(dHead));
    dStates = dy.map((row) => row.map((values) => reference.headBackward(headShape, v, values)));
  } else {
    gather(
      kernel,
      { at: b.dStates.offset, step: panels * l.statePanel * 4, panel: l.statePanel * 4 },
      { source: b.given, starts: b.hStarts, stride: B * H, size: H },
      shard,
      0,
      T,
    );
  }
  for (let to = T; to > 0; ) {
    const from = Math.max(0, to - (1 + ((seed + to) & 15))); // in pieces of any length: the same bits as in one call
    gruBackward(kernel, shape, activations, gradients, b.dStates, shard, from, to, T);
    to = from;
  }
  const half = T >> 1;
  inputGradient(kernel, shape, activations, gradients, b.dInputs, shard, half, T);
  inputGradient(kernel, shape, activations, gradients, b.dInputs, shard, 0, half);
  const dInputsAt = { at: b.dInputs.offset, step: panels * l.dInputPanel * 4, panel: l.dInputPanel * 4 };
  scatter(kernel, b.wholeDInputs, dInputsAt, I, shard, T, { batch: B, row: 0 });
  const gradient = new Float32Array(w.length);
  const expected = reference.backward(shape, w, steps, dStates, gradient);
  // −0 and 0 are one number here: a row that holds its state adds products with 0, of either sign
  const plain = (values: ArrayLike<number>) => bits(Float32Array.from(values, (value) => value + 0));
  expect(plain(copy(b.dWeights))).toEqual(plain(gradient));
  expect(plain(copy(b.wholeDInputs))).toEqual(plain(expected.dInputs.flat().flatMap((d) => [...d])));
  const dState = copy(b.dState);
  const rows = expected.dState.flatMap((_, row) =>
    Array.from({ length: H }, (_, k) => dState[(row >> 3) * l.statePanel + k * 8 + (row & 7)]!),
  );
  expect(plain(rows)).toEqual(plain(expected.dState.flatMap((d) => [...d])));
}

const cells = ["reset-before", "reset-after", "memoryless"] as const;

// smallest; odd everywhere; a multiple of the tile; longer than a segment; no head
test.each([
  [1, 1, 1, 1, 1],
  [3, 5, 2, 7, 3],
  [2, 8, 1, 16, 1],
  [37, 13, 3, 9, 2],
  [5, 9, 2, 6, 0],
  [19, 20, 1, 16, 1],
])("T=%i B=%i I=%i H=%i O=%i: forward and backward have the bits of the reference", async (T, B, I, H, O) => {
  for (const cell of cells) {
    for (const ways of ["usual", "masked", "masked and thinned"] as const) {
      await compare({ cell, inputSize: I, hiddenSize: H, ...USUAL }, O, T, B, T * 31 + H, ways);
    }
  }
});

test("random shapes have the bits of the reference", async () => {
  const size = (max: number) => fc.integer({ min: 1, max });
  const shape: fc.Arbitrary<LayerShape> = fc.record({
    cell: fc.constantFrom(...cells),
    inputSize: size(5),
    hiddenSize: size(19),
    gateActivation: fc.constantFrom("sigmoid", "hard-sigmoid", "hard-sigmoid-0.2"),
    candidateActivation: fc.constantFrom("tanh", "relu", "linear"),
  });
  const ways = fc.constantFrom<Ways>("usual", "masked", "masked and thinned");
  await fc.assert(
    fc.asyncProperty(shape, fc.integer({ min: 0, max: 5 }), size(20), size(18), fc.integer(), ways, compare),
    { numRuns: 60 },
  );
}, 60_000);

test("a block that is too small is refused with both sizes", async () => {
  const kernel = await Kernel.create();
  const { a, b, c } = kernel.arena.allocate({ a: 8, b: 64, c: 64 });
  expect(() => matmul(kernel, b, a, c, { K: 4, N: 4, panels: 1 })).toThrow(/packed: expected 16 floats, got 8/);
  expect(() => matmul(kernel, b, c, c, { K: 4, N: 6, panels: 1 })).toThrow(/N: expected a multiple of 4, got 6/);
  expect(() => matmul(kernel, b, c, c, { K: 0, N: 4, panels: 1 })).toThrow(/K: expected at least 1, got 0/);
});
