import { Random } from "@sluice/kernel-wasm/math";
import { expect, test } from "vitest";
import { KPSS_5_PERCENT, kpss } from "../src/stationarity.js";

const noise = (n: number, seed: number) => {
  const random = new Random(seed);
  return Float64Array.from({ length: n }, () => random.normal());
};

test("about one in twenty stationary series passes the 5 % point", () => {
  let above = 0;
  for (let seed = 0; seed < 400; seed++) if (kpss(noise(200, seed)) > KPSS_5_PERCENT) above++;
  expect(above).toBeGreaterThan(5);
  expect(above).toBeLessThan(40);
});

test("a random walk and a trend wander", () => {
  let level = 0;
  expect(kpss(noise(400, 1).map((v) => (level += v)))).toBeGreaterThan(KPSS_5_PERCENT);
  expect(kpss(noise(200, 2).map((v, t) => v + t))).toBeGreaterThan(KPSS_5_PERCENT);
});

test("a constant does not wander", () => {
  expect(kpss(new Float64Array(50).fill(3))).toBe(0);
});

test("the statistic of four values, by hand", () => {
  // deviations −1.5 −0.5 0.5 1.5; partial sums −1.5 −2 −1.5 0; ⌊4 (4/100)^¼⌋ = 1 lag with weight ½
  expect(kpss(Float64Array.from([1, 2, 3, 4]))).toBeCloseTo(8.5 / (4 * (5 + 1.25)), 14);
});
