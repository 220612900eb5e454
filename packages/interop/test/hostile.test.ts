/** Damaged and malicious files: each reader returns a network or throws a ModelFileError, within a short time. */
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { ModelFileError } from "../src/index.js";
import { readKeras } from "../src/keras.js";
import { readOnnx } from "../src/onnx.js";
import { readPyTorch } from "../src/pytorch.js";
import { readTfjs } from "../src/tfjs.js";
import { fromBase64, fromGzip } from "./golden.js";
import keras from "./goldens/keras.json" with { type: "json" };
import onnx from "./goldens/onnx.json" with { type: "json" };
import torch from "./goldens/pytorch.json" with { type: "json" };
import tfjs from "./goldens/tfjs.json" with { type: "json" };

const kerasFiles = keras.cases[0]!.files as Record<string, string>;
const tfjsFiles = Object.fromEntries(
  Object.entries(tfjs.cases[0]!.files).map(([name, text]) => [name, fromBase64(text)] as const),
);
const samples: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => unknown])[] = [
  ["safetensors of PyTorch", fromBase64(torch.cases[7]!.safetensors), readPyTorch],
  ["ONNX", fromBase64(onnx.cases[11]!.onnx), readOnnx],
  ["ONNX of PyTorch", fromBase64(torch.cases[7]!.onnx), readOnnx],
  [".weights.h5", fromGzip(kerasFiles[".weights.h5"]!), readKeras],
  [".keras", fromGzip(kerasFiles[".keras"]!), readKeras],
  [".npz", fromGzip(kerasFiles[".npz"]!), readKeras],
  ["model.json", tfjsFiles["model.json"]!, (json) => readTfjs({ ...tfjsFiles, "model.json": json })],
];

/** Time limit in milliseconds for reading a file of a few kilobytes. */
const TIME_LIMIT = 2000;

function expectNetworkOrError(read: () => unknown): void {
  const start = performance.now();
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    expect((error as ModelFileError).message).toMatch(/expected/);
  }
  expect(performance.now() - start).toBeLessThan(TIME_LIMIT);
}

describe.each(samples)("%s", (_, sound, read) => {
  test("reads a complete file", () => {
    read(sound);
  });

  test("throws for a truncated file", () => {
    for (let end = 0; end < sound.length; end += Math.max(1, Math.floor(sound.length / 200)))
      expect(() => read(sound.slice(0, end))).toThrow(ModelFileError);
  });

  test("reads or throws for a file with changed bytes", () => {
    const change = fc.tuple(
      fc.nat(sound.length - 1),
      fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, undefined),
      fc.nat(255),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = sound.slice();
        for (const [at, value, other] of changes) bytes[at] = value ?? other;
        expectNetworkOrError(() => read(bytes));
      }),
      { numRuns: 300 },
    );
  });

  test("reads or throws for a correct start followed by random bytes", () => {
    fc.assert(
      fc.property(fc.nat(64), fc.uint8Array({ maxLength: 400 }), (kept, noise) => {
        expectNetworkOrError(() => read(Uint8Array.of(...sound.subarray(0, kept), ...noise)));
      }),
    );
  });
});

/** The HDF5 sample with appended bytes and the new length in its superblock. */
function withAppended(more: Uint8Array): { bytes: Uint8Array; view: DataView; end: number } {
  const sound = samples[3]![1];
  const bytes = Uint8Array.of(...sound, ...more);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(40, BigInt(bytes.length), true);
  return { bytes, view, end: sound.length };
}
const find = (bytes: Uint8Array, text: string) => {
  const codes = [...text].map((letter) => letter.charCodeAt(0));
  return bytes.findIndex((_, at) => codes.every((code, i) => bytes[at + i] === code));
};

test("throws for an HDF5 tree whose nodes point 16 times to the next one", () => {
  const [levels, entries, size] = [10, 16, 24 + 17 * 16];
  const { bytes, view, end } = withAppended(new Uint8Array(levels * size));
  const node = (at: number, level: number, next: number) => {
    bytes.set([0x54, 0x52, 0x45, 0x45, 0, level], at); // TREE, of a group
    view.setUint16(at + 6, entries, true);
    for (let i = 0; i < entries; i++) view.setBigUint64(at + 32 + 16 * i, BigInt(next), true);
  };
  for (let i = 0; i < levels; i++) node(end + i * size, levels - 1 - i, end + (i + 1) * size);
  view.setUint16(find(bytes, "TREE") + 6, 1, true);
  bytes[find(bytes, "TREE") + 5] = levels;
  view.setBigUint64(find(bytes, "TREE") + 32, BigInt(end), true);
  const start = performance.now();
  expect(() => readKeras(bytes)).toThrow(/groups or trees without end/);
  expect(performance.now() - start).toBeLessThan(TIME_LIMIT);
});

test("throws for an HDF5 group that contains itself", () => {
  const { bytes, view } = withAppended(new Uint8Array(0));
  // all entries of symbol tables (40 bytes: name, object header, …) become the root group, whose header is at byte 96
  for (let at = bytes.indexOf(0x53); at >= 0; at = bytes.indexOf(0x53, at + 1)) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== "SNOD") continue;
    for (let i = 0; i < view.getUint16(at + 6, true); i++) view.setBigUint64(at + 16 + 40 * i, 96n, true);
  }
  const start = performance.now();
  expect(() => readKeras(bytes)).toThrow(/nested at most 12 deep|without end/);
  expect(performance.now() - start).toBeLessThan(TIME_LIMIT);
});

test("throws for an archive that would unpack to a thousand times its size", () => {
  const zeros = zipSync({ "arr_0.npy": new Uint8Array(80 * 2 ** 20) }, { level: 9, mtime: "1980-06-01T12:00:00" });
  expect(() => readKeras(zeros)).toThrow(/at most 67108864 bytes unpacked, got 83886080/);
});

test("throws for an HDF5 array larger than the file before reading it", () => {
  const bytes = samples[3]![1].slice();
  const view = new DataView(bytes.buffer);
  // the dataspace message of the kernel (3,12): two sizes of 8 bytes
  for (let at = 0; at + 16 <= bytes.length; at += 8)
    if (view.getBigUint64(at, true) === 3n && view.getBigUint64(at + 8, true) === 12n)
      view.setBigUint64(at, 2n ** 31n, true);
  expect(() => readKeras(bytes)).toThrow(/expected at most 16616 bytes/);
});
