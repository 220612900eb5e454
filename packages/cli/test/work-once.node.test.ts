import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

/** Calls of the costly functions of the pipeline, by name. */
const calls = vi.hoisted((): Record<string, number> => ({}));

/** Wraps one function of a module so that its calls are counted. */
const counted = vi.hoisted(() => (name: string) => async (importOriginal: () => Promise<unknown>) => {
  const original = (await importOriginal()) as Record<string, (...args: unknown[]) => unknown>;
  const count = (...args: unknown[]) => {
    calls[name] = (calls[name] ?? 0) + 1;
    return original[name]!(...args);
  };
  return { ...original, [name]: count };
});

vi.mock("../../pipeline/src/preparation/prepare.js", counted("prepare"));
vi.mock("../../pipeline/src/hashes/data-hash.js", counted("dataHash"));
vi.mock("../../pipeline/src/evaluation/one-step.js", counted("oneStep"));
vi.mock("../../pipeline/src/evaluation/forecast-recursively.js", counted("forecastRecursively"));

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync("data.csv", monthly(seasonal));
});
afterEach(() => directory.remove());

/** Runs a command and returns the calls that it made. */
async function callsOf(...args: string[]): Promise<Record<string, number>> {
  for (const name of Object.keys(calls)) delete calls[name];
  expect((await runSluice(args)).code).toBe(0);
  return { ...calls };
}

test.each([
  ["a CSV", ["data.csv", "--epochs", "2"]],
  ["notebook-fixed", ["--preset", "notebook-fixed", "--epochs", "2"]],
])("a run of %s prepares, hashes, predicts and forecasts once; verify does not forecast", async (_, args) => {
  const once = { prepare: 1, dataHash: 1, oneStep: 1 };
  expect(await callsOf("run", ...args, "--out", "run")).toEqual({ ...once, forecastRecursively: 1 });
  expect(await callsOf("verify", "run")).toEqual(once);
});
