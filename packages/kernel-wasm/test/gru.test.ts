import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../src/arena.js";
import type { LayerActivations, LayerGradients } from "../src/buffers.js";
import { headBackward, headForward, headGradient, packHead, packHeadBackward } from "../src/head.js";
import { Kernel } from "../src/kernel.js";
import {
  gruBackward,
  gruForward,
  inputGradient,
  inputsOf,
  packLayer,
  packLayerBackward,
  setState,
  statesAfter,
  writeOnes,
} from "../src/layer.js";
import { type HeadShape, headLayout, type LayerShape, layerLayout, SEGMENT } from "../src/layout.js";
import { loss } from "../src/loss.js";
import { matmul } from "../src/matrix.js";
import { ACTIVE, CARRIED, gather, scatter, writeMasks } from "../src/moves.js";
import { type Panels, panelsIn, stepsFrom, unitsFrom } from "../src/panels.js";
import * as reference from "../src/reference/gru.js";
import { gruSteps, packSteps } from "../src/stream.js";

const DEFAULTS = { gateActivation: "sigmoid", candidateActivation: "tanh" } as const;

/** Pseudorandom numbers in [−1, 1), the same in every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.fround(state / 2 ** 31);
  };
}

const bits = (values: ArrayLike<number>) => [...new Uint32Array(Float32Array.from(values).buffer)];

/** Whether steps are masked and reset, and whether the state has recurrent dropout. */
type Variant = "plain" | "masked" | "masked with dropout";

/** Runs a network with random weights and one shard of data through the kernel and the reference, and compares the bits. */
async function compare(shape: LayerShape, O: number, T: number, B: number, seed: number, variant: Variant = "plain") {
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
    states: (T + 1) * panels * l.separatePanel,
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
  const head = kernel.floats(b.head);
  for (let k = 0; k <= H; k++) for (let o = 0; o < O; o++) head[k * h.outputs + o] = random();
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

  // forward pass of the kernel
  const shard = { first: 0, count: B };
  const masked = variant !== "plain";
  const activations: LayerActivations = {
    inputs: b.inputs,
    gates: b.gates,
    separate: masked
      ? { states: b.states, masks: b.masks, factors: variant === "masked" ? undefined : b.factors, kept: b.kept }
      : undefined,
  };
  const gradients: LayerGradients = { ...b, weights: b.dWeights };
  packLayer(kernel, shape, b);
  packLayerBackward(kernel, shape, b, gradients);
  writeOnes(kernel, shape, activations, { panels, steps: T });
  const x = { source: b.x, starts: b.xStarts, stride: B * I, size: I };
  gather(kernel, { to: inputsOf(shape, activations, panels), rows: x, shard, first: 0, steps: T });
  if (masked) {
    writeMasks(kernel, {
      masks: b.masks,
      flags: { source: b.flags, starts: b.flagStarts },
      shard,
      first: 0,
      steps: T,
    });
  }
  const initial = { source: b.before, starts: b.hStarts, stride: 0, size: H };
  setState(kernel, shape, { activations, shard, rows: initial });
  gruForward(kernel, shape, { weights: b, activations, shard, from: 0, to: T });
  const features = statesAfter(shape, activations, panels);
  const whole = { shard, steps: T, batch: B, row: 0 };
  scatter(kernel, { out: b.wholeHidden, from: unitsFrom(features, 1), units: H, ...whole });
  const outputPanels = panelsIn(b.outputs, panels, h.outputPanel);
  const headWeights = { weights: b.head, packed: b.headPacked };
  if (O > 0) {
    packHead(kernel, headShape, headWeights);
    packHeadBackward(kernel, headShape, headWeights, b.headTransposed);
    headForward(kernel, headShape, { weights: headWeights, outputs: b.outputs, features, shard, steps: T });
    scatter(kernel, { out: b.wholeOutputs, from: outputPanels, units: O, ...whole });
  }

  // forward pass of the reference, row by row
  const [xs, before, factors] = [copy(b.x), copy(b.before), copy(b.factors)];
  const w = copy(b.weights);
  const steps: reference.Step[][] = Array.from({ length: T }, () => []);
  for (let row = 0; row < B; row++) {
    let state: Float32Array = before.slice(row * H, row * H + H);
    const rowFactors = Float32Array.from(
      { length: H },
      (_, k) => factors[(row >> 3) * l.statePanel + k * 8 + (row & 7)]!,
    );
    for (let t = 0; t < T; t++) {
      const flag = masked ? flags[row * T + t]! : ACTIVE | CARRIED;
      const mode = {
        active: (flag & ACTIVE) > 0,
        carried: (flag & CARRIED) > 0,
        factors: variant === "masked with dropout" ? rowFactors : undefined,
      };
      const s = reference.step(shape, w, xs.subarray((t * B + row) * I, (t * B + row + 1) * I), state, mode);
      steps[t]![row] = s;
      state = s.h;
    }
  }
  expect(bits(copy(b.wholeHidden))).toEqual(bits(steps.flatMap((row) => row.flatMap((s) => [...s.h]))));
  const v = copy(b.head);
  const y = steps.map((row) => row.map((s) => reference.head(headShape, v, s.h)));
  expect(bits(copy(b.wholeOutputs))).toEqual(bits(y.flat().flatMap((values) => [...values])));

  // a stream gives the bits of the batch
  if (B === 1 && !masked) {
    const buffers = {
      packed: b.streamPacked,
      headPacked: b.streamHead,
      vector: b.vector,
      gates: b.streamGates,
      output: b.streamOutput,
    };
    const stream = { shape, headShape, buffers };
    packSteps(kernel, stream, b, headWeights);
    const vector = kernel.floats(b.vector).fill(1);
    vector.fill(0, I + l.biases);
    vector.set(before, I + l.biases);
    gruSteps(kernel, stream, { x: b.x, y: b.streamed, hidden: b.streamedHidden, steps: T });
    expect(bits(copy(b.streamedHidden))).toEqual(bits(copy(b.wholeHidden)));
    expect(bits(copy(b.streamed))).toEqual(bits(copy(b.wholeOutputs)));
  }

  // the loss, and gradients with respect to the head's outputs and to h
  const given = copy(b.given);
  let dStates: Float32Array[][] = steps.map((row, t) =>
    row.map((_, i) => given.slice((t * B + i) * H, (t * B + i + 1) * H)),
  );
  if (O > 0) {
    const targets = { source: b.y, starts: b.yStarts, stride: B * O, size: O };
    const got = loss(
      kernel,
      { kind: "mse" },
      {
        dOutputs: b.outputs,
        size: h.outputs,
        outputs: outputPanels,
        targets,
        weights: undefined,
        shard,
        first: 0,
        steps: T,
        sum: 0,
      },
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
    headBackward(kernel, headShape, {
      transposed: b.headTransposed,
      dFeatures: b.dStates,
      dOutputs: b.outputs,
      shard,
      steps: T,
    });
    const part = { gradient: b.dHead, scratch: b.scratch, features, dOutputs: b.outputs, shard };
    for (let from = Math.floor((T - 1) / SEGMENT) * SEGMENT; from >= 0; from -= SEGMENT) {
      const to = Math.min(T, from + SEGMENT);
      headGradient(kernel, headShape, { ...part, from, to });
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
    gather(kernel, {
      to: panelsIn(b.dStates, panels, l.statePanel),
      rows: { source: b.given, starts: b.hStarts, stride: B * H, size: H },
      shard,
      first: 0,
      steps: T,
    });
  }
  for (let to = T; to > 0; ) {
    const from = Math.max(0, to - (1 + ((seed + to) & 15))); // several calls give the bits of one
    gruBackward(kernel, shape, { activations, gradients, dStates: b.dStates, shard, from, to, steps: T });
    to = from;
  }
  const half = T >> 1;
  const inputParts = { activations, gradients, dInputs: b.dInputs, shard };
  inputGradient(kernel, shape, { ...inputParts, from: half, to: T });
  inputGradient(kernel, shape, { ...inputParts, from: 0, to: half });
  const dInputPanels = panelsIn(b.dInputs, panels, l.dInputPanel);
  scatter(kernel, { out: b.wholeDInputs, from: dInputPanels, units: I, ...whole });
  const gradient = new Float32Array(w.length);
  const expected = reference.backward(shape, w, steps, dStates, gradient);
  // compares −0 and 0 as equal: a masked row adds products with 0, which have either sign
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

// smallest; every size odd; multiples of the tile; longer than a segment; no head
test.each([
  [1, 1, 1, 1, 1],
  [3, 5, 2, 7, 3],
  [2, 8, 1, 16, 1],
  [37, 13, 3, 9, 2],
  [5, 9, 2, 6, 0],
  [19, 20, 1, 16, 1],
])(
  "T=%i B=%i I=%i H=%i O=%i: the forward and the backward pass give the bits of the reference",
  async (T, B, I, H, O) => {
    for (const cell of cells) {
      for (const variant of ["plain", "masked", "masked with dropout"] as const) {
        await compare({ cell, inputSize: I, hiddenSize: H, ...DEFAULTS }, O, T, B, T * 31 + H, variant);
      }
    }
  },
);

test("random shapes give the bits of the reference", async () => {
  const size = (max: number) => fc.integer({ min: 1, max });
  const shape: fc.Arbitrary<LayerShape> = fc.record({
    cell: fc.constantFrom(...cells),
    inputSize: size(5),
    hiddenSize: size(19),
    gateActivation: fc.constantFrom("sigmoid", "hard-sigmoid", "hard-sigmoid-0.2"),
    candidateActivation: fc.constantFrom("tanh", "relu", "linear"),
  });
  const variants = fc.constantFrom<Variant>("plain", "masked", "masked with dropout");
  await fc.assert(
    fc.asyncProperty(shape, fc.integer({ min: 0, max: 5 }), size(20), size(18), fc.integer(), variants, compare),
    { numRuns: 60 },
  );
}, 60_000);

test("throws on a block that is too small, stating both sizes", async () => {
  const kernel = await Kernel.create();
  const { a, b, c } = kernel.arena.allocate({ a: 8, b: 64, c: 64 });
  expect(() => matmul(kernel, { out: b, packed: a, a: c }, { K: 4, N: 4, panels: 1 })).toThrow(
    /packed: expected 16 floats, got 8/,
  );
  expect(() => matmul(kernel, { out: b, packed: c, a: c }, { K: 4, N: 6, panels: 1 })).toThrow(
    /N: expected a multiple of 4, got 6/,
  );
  expect(() => matmul(kernel, { out: b, packed: c, a: c }, { K: 0, N: 4, panels: 1 })).toThrow(
    /K: expected at least 1, got 0/,
  );
});

test("throws on panels that reach beyond their block", async () => {
  const kernel = await Kernel.create();
  const { x, rows, starts } = kernel.arena.allocate({ x: 2 * 3 * 8, rows: 6, starts: 1 });
  const shard = { first: 0, count: 1 };
  const panels = panelsIn(x, 1, 3 * 8); // 2 steps of 3 units
  const move = (to: Panels, units: number, steps: number) =>
    gather(kernel, { to, rows: { source: rows, starts, stride: 3, size: units }, shard, first: 0, steps });
  move(panels, 3, 2);
  move(unitsFrom(stepsFrom(panels, 1), 1), 2, 1);
  for (const wrong of [
    () => move(panels, 3, 3),
    () => move(panels, 4, 2),
    () => move(stepsFrom(panels, 1), 3, 2),
    () => move(unitsFrom(panels, 1), 3, 2),
  ]) {
    expect(wrong).toThrow(/panels: expected up to byte \d+, got \d+/);
  }
});
