import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, "data.csv"), monthly(seasonal));
});
afterEach(() => directory.remove());

test.each([
  [["rnu"], /unknown command 'rnu'.*Did you mean run\?/s],
  [["run", "data.csv", "--epoch", "3"], /unknown option '--epoch'.*Did you mean --epochs\?/s],
  [["run"], /expected a file, or a preset/],
  [["run", "data.csv", "--epochs", "many"], /--epochs.*expected an integer/],
  [["run", "data.csv", "--epochs", "0"], /epochs: expected an integer from 1, got 0/],
  [["run", "data.csv", "--threads", "0"], /--threads.*expected an integer from 1 to 256, or auto/],
  [["run", "data.csv", "--transforms", "cube-root"], /--transforms.*expected "log"/],
  [["run", "data.csv", "--preset", "fancy"], /Allowed choices are default, notebook, notebook-fixed/],
  [["run", "data.csv", "--season", "1", "--fail-if-worse-than", "seasonal-naive"], /no known season/],
  [["run", "--resume", "nowhere"], /expected the directory of a run/],
  [["run", "--resume", "x", "--epochs", "3"], /--resume takes all options from the run directory/],
  [["run", "--preset", "notebook", "--na-values", "x"], /--na-values is for a file/],
  [["run", "data.csv", "--frequency", "fortnight"], /--frequency: expected row, second/],
  [["run", "data.csv", "--date-format", "nonsense"], /--date-format: /],
  [["run", "data.csv", "--encoding", "utf-99"], /--encoding: expected a name/],
  [["run", "data.csv", "--series", "A"], /--series.*expected a column and its cell/],
  [["run", "--preset", "notebook", "--column", "x"], /--column is for a file/],
  [["forecast", "nowhere"], /expected the directory of a run/],
  [["forecast", "nowhere", "--horizon", "0"], /--horizon.*expected an integer from 1/],
  [["generate", "trend", "--length", "0"], /--length.*expected an integer from 1/],
  [["run", "data.csv", "--cell", "lstm"], /Allowed choices are reset-before, reset-after, memoryless/],
  [["run", "data.csv", "--init", "zero"], /Allowed choices are uniform, uniform-scaled, glorot-orthogonal/],
  [["run", "data.csv", "--data-seed", "1"], /dataSeed: expected none without a synthetic source, got 1/],
  [["generate", "noise"], /Allowed choices are trend, sine, random-walk, seasonal/],
] as const)("sluice %j is a usage error", async (args, message) => {
  const { code, stdout, stderr } = await runSluice(args);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
  expect(stdout).toBe("");
});

test("--json reports a usage error as an object", async () => {
  const { code, stdout } = await runSluice(["run", "data.csv", "--bogus", "--json"]);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    error: { exitCode: 2, message: expect.stringMatching(/^unknown option '--bogus'/) },
  });
});

test.each([["--help"], ["run", "--help"], ["help", "run"], ["help", "forecast"]])(
  "help starts with examples, on stdout: %s %s",
  async (...args) => {
    const { code, stdout, stderr } = await runSluice(args.filter(Boolean));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Examples:\n {2}# .*\n {2}sluice /);
    expect(stderr).toBe("");
  },
);

test.each([
  ["run", "--help"],
  ["help", "run"],
])("the help of run lists the choices of its flags: %s %s", async (...args) => {
  const { stdout } = await runSluice(args);
  for (const word of ["notebook-fixed", "seasonal-naive", "interpolate", "reset-after", "glorot-orthogonal"]) {
    expect(stdout).toContain(`"${word}"`);
  }
});
