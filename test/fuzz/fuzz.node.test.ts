/** Changed and random files: a reader returns, or throws an error of its own class, in bounded time and memory. */
import { expect, test } from "vitest";
import { faultOf, fileOf } from "./fuzz.js";
import { readers } from "./readers.js";

const CASES = 1000;
const SEED = 1;

test.each(readers)("$name reads its samples", async (reader) => {
  for (const sample of reader.samples) expect(await faultOf(reader, sample)).toBeUndefined();
});

test.each(readers)(`$name: ${CASES} changed files have no fault`, async (reader) => {
  for (let i = 0; i < CASES; i++) {
    const fault = await faultOf(reader, fileOf(reader, SEED, i));
    expect(fault, `case ${i} of ${reader.name}`).toBeUndefined();
  }
});

test("a raw error, too much time and too much memory are faults", async () => {
  const reader = { ...readers[0]!, errors: [RangeError] };
  const fault = (read: () => unknown) => faultOf({ ...reader, read }, new Uint8Array(8));
  expect(await fault(() => (undefined as unknown as []).length)).toMatch(/expected RangeError, got TypeError/);
  expect(await fault(() => JSON.parse("{"))).toMatch(/got SyntaxError/);
  expect(await fault(() => new Uint8Array(128 * 2 ** 20).fill(1))).toMatch(/expected at most 64 MiB/);
  const spin = () => {
    const start = process.cpuUsage().user;
    while (process.cpuUsage().user - start < 1_100_000);
  };
  expect(await fault(spin)).toMatch(/expected at most 1000 ms/);
  expect(await fault(() => new Array(-1))).toBeUndefined();
});

test("a case is reproducible", () => {
  for (const reader of readers) expect(fileOf(reader, 3, 7)).toEqual(fileOf(reader, 3, 7));
});
