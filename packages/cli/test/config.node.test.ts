import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptFiles, monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
let config: string;
let metrics: string;
const read = (name: string) => readFileSync(join(directory.path, "runs/data", name), "utf8");

beforeAll(async () => {
  directory = temporaryDirectory();
  writeFileSync("data.csv", monthly(seasonal));
  expect((await runSluice(["run", "data.csv", "--epochs", "3", "--hidden-size", "2"])).code).toBe(0);
  config = read("config.json");
  metrics = read("metrics.jsonl");
});
afterAll(() => directory.remove());

/** The one line on stderr of a command on a run with other files. */
async function errorOf(args: readonly string[], files: Readonly<Record<string, string>>): Promise<string> {
  mkdirSync("runs/data", { recursive: true });
  const all = { "config.json": config, "metrics.jsonl": metrics, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join("runs/data", name), text);
  acceptFiles("runs/data");
  const { code, stderr } = await runSluice([...args, "--quiet"]);
  expect(code).toBe(3);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  return stderr;
}

const withField = (name: string, value: unknown) => JSON.stringify({ ...JSON.parse(config), [name]: value });

test.each<[string, () => string, string]>([
  ["an empty file", () => "", "expected JSON, got text that cannot be parsed"],
  ["null", () => "null", "expected an object, got null"],
  ["another version", () => withField("schemaVersion", 2), "schemaVersion: expected 1, got 2"],
  ["no recipe", () => withField("recipe", undefined), "recipe: expected a value, got undefined"],
  ["a wrong input", () => withField("input", { file: 3 }), "input.file: expected a string, got 3"],
  ["no input", () => withField("input", undefined), "input: expected a value, got undefined"],
  [
    "a wrong fingerprint",
    () => withField("fingerprint", null),
    "fingerprint: expected a SHA-256 of 64 hexadecimal digits, got null",
  ],
])("config.json with %s: one line with the file and the field", async (_, text, message) => {
  expect(await errorOf(["verify", "runs/data"], { "config.json": text() })).toContain(
    `runs/data/config.json: ${message}`,
  );
});

test.each([
  ["x", ", line 1: expected JSON"],
  ["null", ", line 1: expected an object, got null"],
  ['{"epoch":0}', ", line 1: loss: expected a value, got undefined"],
  ['{"epoch":0,"loss":null}', ", line 1: loss: expected a finite number, got null"],
  ['{"epoch":0,"loss":1}\n{"epoch":2,"loss":1}', ", line 2: expected epoch 1, got"],
])("metrics.jsonl with %s: one line with the file, the line and the field", async (text, message) => {
  expect(await errorOf(["verify", "runs/data"], { "metrics.jsonl": `${text}\n` })).toContain(
    `runs/data/metrics.jsonl${message}`,
  );
});

test("a damaged model file: one line with the file", async () => {
  const stderr = await errorOf(["forecast", "runs/data"], { "model.safetensors": "nothing" });
  expect(stderr).toMatch(/runs\/data\/model\.safetensors: safetensors: expected/);
});
