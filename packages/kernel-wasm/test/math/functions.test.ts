import { expect, test } from "vitest";
import { cos, exp, log, power, Random, sin } from "../../src/math/index.js";

const view = new DataView(new ArrayBuffer(8));
/** The position of x among all doubles in ascending order. */
function ordered(x: number): bigint {
  view.setFloat64(0, x);
  const i = view.getBigInt64(0);
  return i < 0n ? -(i & 0x7fffffffffffffffn) : i;
}
const ulps = (a: number, b: number) =>
  Number(a === b || (Number.isNaN(a) && Number.isNaN(b)) ? 0n : ordered(a) - ordered(b));

const draws = (count: number, low: number, high: number) => {
  const random = new Random(2024);
  return Array.from({ length: count }, () => low + (high - low) * random.uniform());
};

// both are within 1 ulp of the exact value, so within 2 of each other
test.each([
  ["exp", exp, Math.exp, [...draws(20000, -745, 709), ...draws(20000, -1, 1), 1e-300, -1e-20, 709.78, -745.1]],
  [
    "log",
    log,
    Math.log,
    [...draws(20000, 0, 3), ...draws(20000, 0, 1e300), 5e-324, 1e-310, 2.2e-308, 1, 1.0000000000000002],
  ],
  [
    "sin",
    sin,
    Math.sin,
    [...draws(20000, -10, 10), ...draws(20000, -1.6e6, 1.6e6), 1e-300, Math.PI, Math.PI / 2, 355],
  ],
  [
    "cos",
    cos,
    Math.cos,
    [...draws(20000, -10, 10), ...draws(20000, -1.6e6, 1.6e6), 1e-300, Math.PI, Math.PI / 2, (11 * Math.PI) / 2],
  ],
] as const)("%s is within 2 ulp of Math's function", (_, ours, theirs, inputs) => {
  let worst = 0;
  for (const x of inputs) worst = Math.max(worst, Math.abs(ulps(ours(x), theirs(x))));
  expect(worst).toBeLessThanOrEqual(2);
});

test("limits and special values", () => {
  expect([exp(0), exp(-0), exp(Infinity), exp(-Infinity), exp(NaN), exp(710), exp(-746)]).toEqual([
    1,
    1,
    Infinity,
    0,
    NaN,
    Infinity,
    0,
  ]);
  expect([log(1), log(0), log(-0), log(-1), log(Infinity), log(NaN)]).toEqual([
    0,
    -Infinity,
    -Infinity,
    NaN,
    Infinity,
    NaN,
  ]);
  expect([sin(0), sin(-0), cos(0), sin(NaN)]).toEqual([0, -0, 1, NaN]);
  expect(() => sin(1e7)).toThrow(/expected \|x\| of at most .*, got 10000000/);
  expect(() => cos(Infinity)).toThrow(RangeError);
});

/** FNV-1a over the bytes of doubles. */
function hash(values: readonly number[]): string {
  let h = 0x811c9dc5;
  for (const value of values) {
    view.setFloat64(0, value);
    for (let i = 0; i < 8; i++) h = Math.imul(h ^ view.getUint8(i), 0x01000193) >>> 0;
  }
  return h.toString(16);
}

test("the bits are the same in every engine", () => {
  const near = draws(5000, -30, 30);
  expect([exp, sin, cos].map((f) => hash(near.map(f)))).toMatchInlineSnapshot(`
    [
      "2a9e6918",
      "c0837a88",
      "21bf1586",
    ]
  `);
  expect(hash(draws(5000, 1e-9, 1e9).map(log))).toMatchInlineSnapshot(`"c45d130c"`);
});

test("power is exact if the result is representable, else within n roundings", () => {
  expect([power(2, 0), power(2, 10), power(-3, 3), power(0, 0), power(0.5, 1074)]).toEqual([1, 1024, -27, 1, 5e-324]);
  for (const [x, n] of [
    [0.9, 100],
    [0.999, 12345],
    [1.0001, 99999],
  ] as const) {
    let product = 1;
    for (let i = 0; i < n; i++) product *= x;
    expect(Math.abs(power(x, n) / product - 1)).toBeLessThan(2 * n * Number.EPSILON);
  }
  expect(power(0.999, 1e9)).toBe(0);
});
