import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell, StateDict, Tensor } from "../../src/index.js";
import { trace } from "../../src/inspect.js";
import { isTaken } from "../double-reference.js";
import { batchOf, cases, networkOf } from "../random-case.js";
import { bits, randomNetwork, randomTensor } from "../random-network.js";

const f = Math.fround;

/** Element j of step t of sample b. */
const at = ({ data, shape }: Tensor, t: number, b: number, j: number) => data[(t * shape[1]! + b) * shape[2]! + j]!;

test("states are those of the forward pass, and h' = (1 − z) n + z h, bit by bit", async () => {
  await fc.assert(
    fc.asyncProperty(cases(), async (one) => {
      const { config, T, B } = one;
      const { hiddenSize: H, layers, direction, outputs, cell } = config;
      const gru = await networkOf(one);
      const { x, initialState, taken } = batchOf(one);
      const options = { ...taken, ...(initialState && { initialState }) };
      const tracks = trace(gru, x, options);
      const { hidden, finalState } = gru.forward(x, options);
      const D = direction === "bidirectional" ? 2 : 1;
      expect(tracks.length).toBe(layers * D);

      const learned = gru.stateDict(cell === "reset-after" ? "pytorch" : "notebook")["initial_state"];
      tracks.forEach((track, i) => {
        const backward = track.direction === "reverse";
        const { r, z, n, state } = track;
        expect(track.layer).toBe(Math.floor(i / D));
        expect(backward).toBe(direction === "reverse" || i % D === 1);
        expect(r === undefined).toBe(cell === "memoryless");
        for (let b = 0; b < B; b++) {
          const length = taken.lengths?.[b] ?? T;
          for (let j = 0; j < H; j++) {
            const final = finalState.data[(i * B + b) * H + j]!;
            expect(at(state, backward ? 0 : T - 1, b, j)).toBe(final);
            const initial = initialState?.data[(i * B + b) * H + j] ?? learned?.data[i * H + j] ?? 0;
            for (let t = 0; t < T; t++) {
              const first = backward ? t >= length - 1 : t === 0;
              const held = first ? initial : at(state, backward ? t + 1 : t - 1, b, j);
              const gates = [...(r ? [r] : []), z, n].map((gate) => at(gate, t, b, j));
              if (!isTaken({ T, B, x: x.data, ...taken }, t, b)) {
                expect(gates.every(Number.isNaN)).toBe(true);
                expect(at(state, t, b, j)).toBe(held);
                continue;
              }
              const reset = cell === "memoryless" || (taken.resets?.[t * B + b] ?? 0) !== 0;
              const h = reset ? 0 : held;
              const [zt, nt] = [at(z, t, b, j), at(n, t, b, j)];
              // −0 equals 0
              expect(at(state, t, b, j) - f(f(f(1 - zt) * nt) + f(zt * h))).toBe(0);
            }
          }
        }
      });

      if (outputs === "all") {
        const top = tracks.slice(-D).map(({ state }) => state);
        const features = Float32Array.from({ length: T * B * D * H }, (_, k) => {
          const [row, d, j] = [Math.floor(k / (D * H)), Math.floor((k % (D * H)) / H), k % H];
          return top[d]!.data[row * H + j]!;
        });
        expect(bits(hidden.data)).toEqual(bits(features));
      }
      gru.dispose();
    }),
    { numRuns: 40 },
  );
});

const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));

/** r, z, n (H) of one step in double precision. */
function equations(cell: Cell, w: StateDict, H: number, x: number[], h: number[]) {
  const product = (name: string, v: number[], j: number) =>
    v.reduce((sum, value, k) => sum + value * w[name]!.data[k * H + j]!, 0);
  const row = (kind: string, v: number[], j: number) =>
    v.reduce((sum, value, k) => sum + value * w[`gru.weight_${kind}_l0`]!.data[j * v.length + k]!, 0) +
    w[`gru.bias_${kind}_l0`]!.data[j]!;
  const units = [...Array(H).keys()];
  if (cell === "reset-after") {
    const gate = (g: number) => units.map((j) => sigmoid(row("ih", x, g * H + j) + row("hh", h, g * H + j)));
    const r = gate(0);
    return {
      r,
      z: gate(1),
      n: units.map((j) => Math.tanh(row("ih", x, 2 * H + j) + r[j]! * row("hh", h, 2 * H + j))),
    };
  }
  const gate = (g: string) =>
    units.map((j) => sigmoid(product(`W_x${g}`, x, j) + product(`W_h${g}`, h, j) + w[`b_${g}`]!.data[j]!));
  const r = gate("r");
  const kept = h.map((v, k) => v * r[k]!);
  const n = units.map((j) => Math.tanh(product("W_xh", x, j) + product("W_hh", kept, j) + w["b_h"]!.data[j]!));
  return { r, z: gate("z"), n };
}

// one panel and several; one unit and a number that is no multiple of 4
test.each<[Cell, number, number]>([
  ["reset-before", 1, 1],
  ["reset-before", 9, 5],
  ["reset-after", 35, 6],
  ["memoryless", 9, 5],
])("%s, %i samples, %i units: gates satisfy the equations", async (cell, B, H) => {
  const gru = await randomNetwork({ inputSize: 2, hiddenSize: H, outputSize: 0, cell, seed: 5 });
  const dict = gru.stateDict(cell === "reset-after" ? "pytorch" : "notebook");
  const [T, x] = [4, randomTensor([4, B, 2], 3)];
  const [{ r, z, n, state }] = trace(gru, x) as [ReturnType<typeof trace>[0]];
  for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      const before = Array.from({ length: H }, (_, j) =>
        t === 0 || cell === "memoryless" ? 0 : at(state, t - 1, b, j),
      );
      const expected = equations(cell, dict, H, [at(x, t, b, 0), at(x, t, b, 1)], before);
      for (let j = 0; j < H; j++) {
        if (r) expect(at(r, t, b, j)).toBeCloseTo(expected.r[j]!, 5);
        expect(at(z, t, b, j)).toBeCloseTo(expected.z[j]!, 5);
        expect(at(n, t, b, j)).toBeCloseTo(expected.n[j]!, 5);
      }
    }
  }
});

test("trace does not change the state of a stream", async () => {
  const gru = await randomNetwork({ inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-after", seed: 1 });
  const x = randomTensor([5, 1, 1], 2);
  const whole = gru.forward(x).output.data;
  const stream = gru.stream();
  x.data.forEach((v, t) => {
    trace(gru, x);
    expect(stream.step([v])[0]).toBe(whole[t]);
  });
});

test("other shapes, no steps, and a state for a memoryless cell throw", async () => {
  const gru = await randomNetwork({ inputSize: 2, hiddenSize: 3, outputSize: 1, cell: "memoryless", seed: 1 });
  const x = randomTensor([2, 1, 2], 1);
  expect(() => trace(gru, randomTensor([2, 1, 3], 1))).toThrow("x: expected shape [any, any, 2], got [2, 1, 3]");
  expect(() => trace(gru, randomTensor([0, 1, 2], 1))).toThrow("expected at least one step and one sample");
  expect(() => trace(gru, x, { initialState: randomTensor([1, 1, 3], 1) })).toThrow("initial state: expected none");
  expect(() => trace(gru, x, { lengths: [3] })).toThrow("lengths[0]: expected an integer from 0 to 2, got 3");
  gru.dispose();
  expect(() => trace(gru, x)).toThrow("disposed");
});
