import { expect, test } from "vitest";
import { Kernel } from "../src/kernel.js";
import { elementary } from "../src/matrix.js";
import { exp, log, sigmoid, tanh } from "../src/reference/elementary.js";

const kernel = await Kernel.create();
const N = 1 << 16;
const { x, y } = kernel.arena.allocate({ x: N, y: N });

/** Distance in units in the last place of f32: positions among all floats in ascending order. */
const view = new DataView(new ArrayBuffer(4));
function ordered(value: number): number {
  view.setFloat32(0, value);
  const i = view.getInt32(0);
  return i < 0 ? -(i & 0x7fffffff) : i;
}
const ulps = (a: number, b: number) => Math.abs(ordered(a) - ordered(b));

// computed in f64 and rounded once; engines differ in the last f64 bit, 2⁻²⁹ of an f32 ulp
const exact = {
  exp: Math.exp,
  log: Math.log,
  sigmoid: (v: number) => (v < 0 ? Math.exp(v) / (1 + Math.exp(v)) : 1 / (1 + Math.exp(-v))),
  tanh: Math.tanh,
};
const reference = { exp, log, sigmoid, tanh };
const bounds = { exp: 2, log: 2, sigmoid: 4, tanh: 4 } as const;
const names = ["exp", "log", "sigmoid", "tanh"] as const;

function run(name: (typeof names)[number], values: Float32Array): Float32Array {
  const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
  padded.set(values);
  kernel.floats(x).set(padded);
  elementary(kernel, name, y, { ...x, length: padded.length });
  return kernel.floats(y).slice(0, values.length);
}

test.each(names)(
  "%s is within its error bound at every 61st float",
  (name) => {
    const chunk = new Float32Array(N);
    const bits = new Uint32Array(chunk.buffer);
    let worst = 0;
    let at = 0;
    for (let next = 0; next < 2 ** 32; ) {
      let count = 0;
      for (; count < N && next < 2 ** 32; count++, next += 61) bits[count] = next;
      const got = run(name, chunk.subarray(0, count));
      for (let i = 0; i < count; i++) {
        const want = Math.fround(exact[name](chunk[i]!));
        if (Number.isNaN(want) !== Number.isNaN(got[i]))
          throw new Error(`${name}(${chunk[i]}): expected ${want}, got ${got[i]}`);
        if (Number.isNaN(want)) continue;
        const distance = ulps(got[i]!, want);
        if (distance > worst) {
          worst = distance;
          at = chunk[i]!;
        }
      }
    }
    expect(worst, `worst at ${at}`).toBeLessThanOrEqual(bounds[name]);
  },
  60_000,
);

test.each(names)("%s gives the bits of the reference in every lane", (name) => {
  const special = [
    0, -0, 1, -1, 0.5, 88.72, 88.73, -87.4, -103.9, -104.1, 105, 1e-45, -1e-45, 1e-38, 3e38, -3e38, 9.02,
  ];
  const values = Float32Array.from([...special, Infinity, -Infinity, NaN]);
  const spread = Float32Array.from({ length: 40_001 }, (_, i) => (i - 20_000) / 150);
  for (const sample of [values, values.slice(1), values.slice(2), spread]) {
    const got = run(name, sample);
    const want = sample.map(reference[name]);
    for (let i = 0; i < sample.length; i++) {
      if (!Object.is(got[i], want[i])) throw new Error(`${name}(${sample[i]}): expected ${want[i]}, got ${got[i]}`);
    }
  }
});

test("limits at 0, ±∞ and NaN are exact", () => {
  const ends = Float32Array.of(Infinity, -Infinity, NaN);
  expect([...run("exp", ends)]).toEqual([Infinity, 0, NaN]);
  expect([...run("log", ends)]).toEqual([Infinity, NaN, NaN]);
  expect([...run("sigmoid", ends)]).toEqual([1, 0, NaN]);
  expect([...run("tanh", ends)]).toEqual([1, -1, NaN]);
  expect([...run("log", Float32Array.of(0, -0, -1))]).toEqual([-Infinity, -Infinity, NaN]);
});
