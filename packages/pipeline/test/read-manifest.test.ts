import { Gru, readSafetensors, writeSafetensors } from "@sluice/model";
import {
  checkpointHistory,
  Forecaster,
  FormatError,
  fit,
  type Manifest,
  readManifest,
  readPlan,
  readResults,
} from "@sluice/pipeline";
import { parseJson } from "@sluice/pipeline/formats";
import fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import { sealFile } from "../src/hashes/sealed-file.js";
import { monthly, rising } from "./small-series.js";

let manifest: Manifest;
let model: Uint8Array;
beforeAll(async () => {
  const forecaster = await fit(monthly(rising), { epochs: 2, hiddenSize: 3, lookback: 8 });
  manifest = forecaster.manifest;
  model = forecaster.save();
});

/** A copy through JSON with one field replaced; keys of its path are separated by slashes. */
function changed(object: unknown, path: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(object));
  const keys = path.split("/");
  const last = keys.pop()!;
  let parent = copy;
  for (const key of keys) parent = parent[key];
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

test("a manifest, its plan and its results are read as they were written", () => {
  const { loss, ...results } = manifest;
  expect(readManifest("m", JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  expect(readResults("m", results)).toEqual(results);
  const { schemaVersion, versions, recipe, data, split } = manifest;
  expect(readPlan("m", manifest)).toEqual({ schemaVersion, versions, recipe, data, split });
  expect(loss.training).toHaveLength(2);
});

test.each([
  ["schemaVersion", 2, "run.json: schemaVersion: expected 1, got 2; it was written by another version of Sluice"],
  ["schemaVersion", undefined, "schemaVersion: expected 1, got undefined"],
  ["recipe", null, "run.json: recipe: expected an object, got null"],
  ["recipe/seed", "x", 'run.json: recipe.seed: expected an integer from 0, got "x"'],
  ["recipe/seed", undefined, "run.json: recipe.seed: expected a value, got undefined"],
  ["recipe/horizon", 1e15, "run.json: recipe.horizon: expected an integer from 1 to 10000000"],
  ["recipe/transforms", [{ difference: 0 }], "run.json: recipe.transforms.0: expected"],
  ["data/hash", "abc", "run.json: data.hash: expected a SHA-256"],
  ["loss/training", { length: 1e9 }, "run.json: loss.training: expected an array"],
  ["metrics/heldOut/mse", "1", "run.json: metrics.heldOut.mse: expected a finite number"],
  ["baselines/naive", undefined, "run.json: baselines.naive: expected a value"],
  ["tensors", [1], "run.json: tensors"],
  ["limits", null, "run.json: limits: expected an object, got null"],
])("a manifest with %s = %j throws a FormatError that names the field", (path, value, message) => {
  const read = () => readManifest("run.json", changed(manifest, path, value));
  expect(read).toThrow(FormatError);
  expect(read).toThrow(message);
});

test.each([null, 3, "x", [], {}])("%j in the place of a manifest throws a FormatError", (value) => {
  expect(() => readManifest("run.json", value)).toThrow(FormatError);
});

test("keys such as __proto__ have no effect", () => {
  const json = JSON.stringify(manifest).replace(
    '"tensors":{',
    '"__proto__":{"parameters":7},"tensors":{"__proto__":"x",',
  );
  const read = readManifest("run.json", JSON.parse(json));
  expect(read).toEqual(manifest);
  expect(Object.keys(read.tensors)).toEqual(Object.keys(manifest.tensors));
});

test("text that is not JSON throws a FormatError", () => {
  expect(() => parseJson("run.json", "{")).toThrow("run.json: expected JSON, got text that cannot be parsed");
});

test("any change of a manifest's fields is read, or throws a FormatError", () => {
  const paths = (object: object, prefix = ""): string[] =>
    Object.entries(object).flatMap(([key, value]) => [
      `${prefix}${key}`,
      ...(typeof value === "object" && value !== null ? paths(value, `${prefix}${key}/`) : []),
    ]);
  const value = fc.oneof(fc.jsonValue(), fc.constant({ length: 1e9 }), fc.double(), fc.constant(undefined));
  fc.assert(
    fc.property(fc.constantFrom(...paths(manifest)), value, (path, replacement) => {
      try {
        readManifest("run.json", changed(manifest, path, replacement));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    { numRuns: 1000 },
  );
});

/** The model file with its metadata for the forecaster changed. */
function modelWith(change: (contents: Record<string, unknown>) => unknown): Uint8Array {
  const {
    tensors,
    metadata: { sha256: _, ...metadata },
  } = readSafetensors(model);
  const contents = change(JSON.parse(metadata["forecaster"]!));
  return sealFile({ tensors, metadata: { ...metadata, forecaster: JSON.stringify(contents) } });
}

test.each<[string, (contents: Record<string, unknown>) => unknown, string]>([
  ["null", () => null, "a.safetensors: expected an object, got null"],
  ["another version", (c) => ({ ...c, schemaVersion: 7 }), "a.safetensors: schemaVersion: expected 1, got 7"],
  [
    "a wrong recipe",
    (c) => changed(c, "manifest/recipe/cell", "lstm"),
    "manifest.recipe.cell: expected reset-before",
  ],
  [
    "times of a huge length",
    (c) => changed(c, "history/time/values", { length: 1e9 }),
    "history.time.values: expected an array",
  ],
  ["a short history", (c) => changed(c, "history/values", [1, 2]), "history: expected 21 rows, got 2"],
  [
    "a wrong transform",
    (c) => changed(c, "transforms/0", { kind: "cube-root" }),
    "transforms.0: expected a fitted transform",
  ],
  [
    "the fingerprint of another network",
    (c) => changed(c, "manifest/fingerprint", "0".repeat(64)),
    `fingerprint ${"0".repeat(64)}, got `,
  ],
  ["another hidden size", (c) => changed(c, "manifest/recipe/hiddenSize", 5), "expected the network of its manifest"],
])("a model file with %s throws a FormatError", async (_, change, message) => {
  const loading = Forecaster.load(modelWith(change), "a.safetensors");
  await expect(loading).rejects.toThrow(FormatError);
  await expect(loading).rejects.toThrow(message);
});

test("bytes that are not a model file or a checkpoint throw a FormatError", async () => {
  await expect(Forecaster.load(model.subarray(0, 100), "a.safetensors")).rejects.toThrow(/^a\.safetensors: /);
  await expect(Forecaster.load(new Uint8Array(4))).rejects.toThrow(FormatError);
  expect(() => checkpointHistory(new Uint8Array(4))).toThrow(FormatError);
  expect(() => checkpointHistory(model)).toThrow("checkpoint: expected a checkpoint, got a file without the tensor");
});

test("a model file without a seal throws a FormatError", async () => {
  const { tensors, metadata } = readSafetensors(model);
  const { sha256: _, ...rest } = metadata;
  const loading = Forecaster.load(writeSafetensors({ tensors, metadata: rest }), "a.safetensors");
  await expect(loading).rejects.toThrow("a.safetensors: expected a file that Sluice's pipeline wrote");
});

test("one flipped bit anywhere in a model file throws a FormatError", async () => {
  const step = Math.ceil(model.length / 300);
  for (let at = 0; at < model.length; at += step) {
    const flipped = Uint8Array.from(model);
    flipped[at]! ^= 1 << (at % 8);
    await expect(Forecaster.load(flipped)).rejects.toThrow(FormatError);
  }
});

test("an error that is not about the file is not called one", async () => {
  const load = vi.spyOn(Gru, "load").mockRejectedValueOnce(new RangeError("no memory left"));
  await expect(Forecaster.load(model)).rejects.toThrow(new RangeError("no memory left"));
  load.mockRestore();
});
