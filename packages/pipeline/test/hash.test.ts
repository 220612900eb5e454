import { dataHash, fingerprint } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { tensorHashes } from "../src/hashes/fingerprint.js";

const a = { data: Float32Array.of(1, -2), shape: [2] };
const b = { data: Float32Array.of(0.5), shape: [1] };

test("a fingerprint is SHA-256 over the bytes, names sorted", () => {
  // sha256sum of 0000803f 000000c0 0000003f
  const expected = "2ce4bdb6b34a50ac7092eb9fee94337a27498e9eb9bae44192f15b88831b2422";
  expect(fingerprint({ a, b })).toBe(expected);
  expect(fingerprint({ b, a })).toBe(fingerprint({ a, b }));
});

test("each tensor has its own hash", () => {
  const hashes = tensorHashes({ b, a });
  expect(Object.keys(hashes)).toEqual(["a", "b"]);
  expect(hashes.a).toBe(fingerprint({ a }));
});

test("the sign of zero changes the fingerprint, and a number that is not finite throws", () => {
  const zero = (value: number) => fingerprint({ a: { data: Float32Array.of(value), shape: [1] } });
  expect(zero(0)).not.toBe(zero(-0));
  expect(() => zero(Number.NaN)).toThrow("a: expected finite numbers, got NaN at 0");
});

test("the data hash is the same for every NaN, and differs with the unit, a time and a value", () => {
  const times = Float64Array.of(0, 1);
  const other = new Float64Array(1);
  new BigUint64Array(other.buffer)[0] = 0xfff8000000000001n;
  const hash = dataHash("month", times, Float64Array.of(1, Number.NaN));
  expect(dataHash("month", times, Float64Array.of(1, other[0]!))).toBe(hash);
  expect(dataHash("year", times, Float64Array.of(1, Number.NaN))).not.toBe(hash);
  expect(dataHash("month", Float64Array.of(0, 2), Float64Array.of(1, Number.NaN))).not.toBe(hash);
  expect(dataHash("month", times, Float64Array.of(2, Number.NaN))).not.toBe(hash);
});
