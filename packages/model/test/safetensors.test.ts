import fc from "fast-check";
import { expect, test } from "vitest";
import { FormatError, Gru, readSafetensors, type SafetensorsFile, writeSafetensors } from "../src/index.js";
import { bits, randomNetwork } from "./random-network.js";

/** A file with the given header text and body. */
function file(header: string, body = 0, length = new TextEncoder().encode(header).length): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}
const entry = (shape: number[], from: number, to: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

test("tensors and metadata survive a round trip", () => {
  const tensors = {
    b: { shape: [2, 3], data: Float32Array.of(1, -0, 3.5, 1e-45, 5, 6) },
    a: { shape: [2], data: Float64Array.of(Math.PI, -1) },
    empty: { shape: [0, 4], data: new Float32Array(0) },
    scalar: { shape: [], data: Float32Array.of(9) },
  };
  const bytes = writeSafetensors({ tensors, metadata: { note: "naïve ✓" } });
  const again = readSafetensors(bytes);
  expect(again.metadata).toEqual({ note: "naïve ✓" });
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    expect(again.tensors[name]!.shape).toEqual(shape);
    expect([...again.tensors[name]!.data]).toEqual([...data]);
  }
  // a Node.js Buffer is a view into a pool, at any offset
  const { Buffer } = globalThis as { Buffer?: { from(bytes: Uint8Array): Uint8Array } };
  const shifted = Uint8Array.of(1, 2, 3, ...bytes).subarray(3);
  for (const view of [shifted, Buffer?.from(bytes) ?? bytes])
    expect(readSafetensors(view).tensors).toEqual(again.tensors);
});

test.each([
  ["no header length", new Uint8Array(4), /at least 8 bytes, got 4/],
  ["a header longer than the file", file("{}", 0, 1000), /a header of at most 2 bytes, got 1000/],
  ["a header length of 2⁶⁰", file("{}", 0, 2 ** 60), /a header of at most/],
  ["text that is not JSON", file("{]"), /is not JSON/],
  ["an array as header", file("[]"), /a JSON object/],
  ["an unknown dtype", file(JSON.stringify({ a: entry([1], 0, 4, "BF16") }), 4), /dtype F32 or F64, got "BF16"/],
  ["a negative size", file(JSON.stringify({ a: entry([-1], 0, 4) }), 4), /integers/],
  [
    "a shape at odds with its offsets",
    file(JSON.stringify({ a: entry([2], 0, 4) }), 4),
    /tensor a of 8 bytes, got 4/,
  ],
  ["a huge shape", file(JSON.stringify({ a: entry([2 ** 40, 2 ** 40], 0, 4) }), 4), /tensor a of/],
  ["offsets past the end", file(JSON.stringify({ a: entry([2], 0, 8) }), 4), /8 bytes of tensors, got 4/],
  [
    "an overlap",
    file(JSON.stringify({ a: entry([1], 0, 4), b: entry([1], 0, 4) }), 4),
    /b to begin at byte 4, got 0/,
  ],
  ["a gap", file(JSON.stringify({ a: entry([1], 4, 8) }), 8), /a to begin at byte 0, got 4/],
  ["excess bytes", file(JSON.stringify({ a: entry([1], 0, 4) }), 8), /4 bytes of tensors, got 8/],
  [
    "a name that stands for all",
    file(`{"__proto__":${JSON.stringify(entry([1], 0, 4))}}`, 4),
    /a tensor of another name, got __proto__/,
  ],
  ["metadata that is not a string", file(JSON.stringify({ __metadata__: { a: 1 } })), /__metadata__ with strings/],
])("an invalid file throws: %s", (_, bytes, message) => {
  expect(() => readSafetensors(bytes)).toThrow(message);
});

test("a damaged byte gives a FormatError or another valid file", async () => {
  const good = (await randomNetwork({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after" })).save();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 255 }), (i, value) => {
      const bytes = good.slice();
      bytes[i] = value;
      try {
        readSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 500 },
  );
});

test.each(["reset-before", "reset-after", "memoryless"] as const)(
  "%s: a saved network loads with the same bits",
  async (cell) => {
    const gru = await randomNetwork({ inputSize: 2, hiddenSize: 3, outputSize: 1, cell, seed: 5 });
    const again = await Gru.load(gru.save({ metadata: { note: "kept" } }));
    expect(again.config).toEqual(gru.config);
    const convention = cell === "reset-after" ? "pytorch" : "notebook";
    for (const [name, t] of Object.entries(gru.stateDict(convention)))
      expect(bits(again.stateDict(convention)[name]!.data)).toEqual(bits(t.data));
    expect(readSafetensors(gru.save({ metadata: { note: "kept" } })).metadata["note"]).toBe("kept");
  },
);

test("a file that is not a valid Sluice model throws a FormatError", async () => {
  const load = (file: Parameters<typeof writeSafetensors>[0]) =>
    Gru.load(writeSafetensors(file)).catch((e: unknown) => e);
  const other = await load({ tensors: {}, metadata: {} });
  expect(other).toBeInstanceOf(FormatError);
  expect((other as Error).message).toMatch(/expected a Sluice model/);

  const good = readSafetensors(
    (await randomNetwork({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after" })).save(),
  );
  const sluice = JSON.stringify({
    model: 1,
    config: { inputSize: 1, hiddenSize: 2.5, outputSize: 1, cell: "reset-after" },
  });
  const config = await load({ ...good, metadata: { sluice } });
  expect(config).toBeInstanceOf(FormatError);
  expect((config as Error).message).toBe("model file: hiddenSize: expected an integer from 1 to 16384, got 2.5");
  const tensors = await load({ ...good, tensors: {} });
  expect(tensors).toBeInstanceOf(FormatError);
});

test.each([null, 1, "text", [], undefined])(
  "a model file with the config %s throws a FormatError",
  async (config) => {
    const sluice = JSON.stringify({ model: 1, config });
    const run = Gru.load(writeSafetensors({ tensors: {}, metadata: { sluice } }));
    await expect(run).rejects.toBeInstanceOf(FormatError);
    await expect(run).rejects.toThrow(/model file: config: expected an object with inputSize, /);
  },
);

test("nothing is written that could not be read", () => {
  const data = Float32Array.of(1, 2);
  const write = (tensors: object, metadata = {}) => writeSafetensors({ tensors, metadata } as SafetensorsFile);
  expect(() => write({ a: { shape: [3], data } })).toThrow(/tensor a: expected 2 elements, got the shape \[3\]/);
  expect(() => write({ a: { shape: [2], data: [1, 2] } })).toThrow(/tensor a: expected a Float32Array/);
  expect(() => write({ __metadata__: { shape: [2], data } })).toThrow(/with another name/);
  expect(() => write({}, { epoch: 1 })).toThrow(/metadata\.epoch: expected a string, got number/);
});
