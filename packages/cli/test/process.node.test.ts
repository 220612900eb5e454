/** Tests that need a separate process: signals, exit codes, pipes. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { monthly, seasonal, temporaryDirectory } from "./run-sluice.js";
import { startSluice } from "./sluice-process.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync("data.csv", monthly(seasonal));
});
afterEach(() => directory.remove());

const endless = ["run", "data.csv", "--epochs", "1000000", "--validation-every", "1000000"];

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s saves a checkpoint, exit code %i", async (signal, code) => {
  const { child, outcome, stderrHas } = startSluice(endless, directory.path);
  await stderrHas("epoch ");
  child.kill(signal);
  expect(await outcome).toMatchObject({ code, stdout: "" });
  expect(existsSync(join(directory.path, "runs/data/checkpoint.safetensors"))).toBe(true);
});

test("data goes through a pipe, and the exit code is that of the command", async () => {
  const generate = startSluice(["generate", "seasonal", "--length", "60"], directory.path);
  const check = startSluice(["check", "-"], directory.path);
  generate.child.stdout!.pipe(check.child.stdin!);
  expect((await check.outcome).stdout).toMatch(/rows +60/);
  const { code, stderr } = await startSluice(["run", "nowhere.csv"], directory.path).outcome;
  expect(code).toBe(3);
  expect(stderr).toBe("sluice: nowhere.csv: no such file; check the path\n");
});

test("a reader that closes the pipe is not an error", async () => {
  const { child, outcome } = startSluice(["generate", "trend", "--length", "200000"], directory.path);
  child.stdout!.once("data", () => child.stdout!.destroy());
  expect(await outcome).toMatchObject({ code: 0, stderr: "" });
});
