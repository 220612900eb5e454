import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const replaced = (at: number, value: string | number) => seasonal.map((v, i) => (i === at ? value : v));
const lines = (csv: string) => csv.split("\n");

interface Case {
  readonly name: string;
  readonly csv?: string;
  readonly args?: readonly string[];
  /** What the line must contain: file, row, column, and what is wrong. */
  readonly says: readonly RegExp[];
}

const cases: readonly Case[] = [
  { name: "a missing file", says: [/data\.csv/, /no such file/] },
  { name: "an empty file", csv: "", says: [/data\.csv/, /empty/] },
  { name: "a header and no rows", csv: "month,passengers\n", says: [/data\.csv/, /no rows|rows/] },
  {
    name: "no such column",
    csv: monthly(seasonal),
    args: ["--column", "passenger"],
    says: [/data\.csv/, /"?passenger"?/, /passengers/],
  },
  {
    name: "text where a number should be",
    csv: monthly(replaced(40, "unknown")),
    says: [/data\.csv/, /row 42/, /passengers/, /unknown/],
  },
  {
    name: "infinity in the data",
    csv: monthly(replaced(3, "Infinity")),
    says: [/data\.csv/, /row 5/, /passengers/, /Infinity/],
  },
  {
    name: "fewer rows than one window",
    csv: monthly(seasonal.slice(0, 20)),
    args: ["--lookback", "24"],
    says: [/data\.csv/, /too few rows/, /16 remain after holding out 4 of 20/, /lookback/],
  },
  { name: "all values equal", csv: monthly(seasonal.map(() => 7)), says: [/data\.csv/, /passengers/, /equal/] },
  {
    name: "unsorted times",
    csv: monthly(seasonal).replace("1950-03", "1949-03"),
    says: [/data\.csv/, /row 16/, /month/, /1949-03/],
  },
  {
    name: "duplicate times",
    csv: [...lines(monthly(seasonal)).slice(0, 5), ...lines(monthly(seasonal)).slice(4)].join("\n"),
    says: [/data\.csv/, /row 6/, /month/, /1949-04/],
  },
  {
    name: "a logarithm of a negative value",
    csv: monthly(replaced(30, -2)),
    args: ["--transforms", "log,standardize"],
    says: [/data\.csv/, /row 32/, /passengers/, /-2/, /log/],
  },
  {
    name: "a logarithm of a negative value that is held out",
    csv: monthly(replaced(95, -2)),
    args: ["--transforms", "log,standardize"],
    says: [/data\.csv/, /row 97/, /passengers/, /log/],
  },
  {
    name: "missing values that are refused",
    csv: monthly(replaced(30, "")),
    args: ["--missing", "refuse"],
    says: [/data\.csv/, /row 32/, /passengers/, /1 missing/],
  },
  {
    name: "more rows held out than there are",
    csv: monthly(seasonal),
    args: ["--hold-out", "96"],
    says: [/data\.csv/, /too few rows/, /holding out 96 of 96/],
  },
  {
    name: "a value that single precision cannot hold",
    csv: monthly(replaced(30, "1e39")),
    args: ["--transforms", "none"],
    says: [/data\.csv/, /row 32/, /passengers/, /1e\+39/],
  },
];

test.each(cases)("$name: one line, exit code 3, nothing left behind", async ({ csv, args = [], says }) => {
  if (csv !== undefined) writeFileSync(join(directory.path, "data.csv"), csv);
  const { code, stdout, stderr } = await runSluice(["run", "data.csv", ...args]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  for (const pattern of says) expect(stderr).toMatch(pattern);
  expect(code).toBe(3);
  expect(stdout).toBe("");
  expect(readdirSync(directory.path)).toEqual(csv === undefined ? [] : ["data.csv"]);
});

test("--json reports bad data as an object", async () => {
  writeFileSync(join(directory.path, "data.csv"), monthly(replaced(40, "unknown")));
  const { code, stdout } = await runSluice(["run", "data.csv", "--json"]);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    error: { exitCode: 3, file: "data.csv", row: 42, column: "passengers" },
  });
});

test("an error in standard input names it", async () => {
  const { code, stderr } = await runSluice(["run", "-"], { stdin: monthly(replaced(0, "x")) });
  expect(code).toBe(3);
  expect(stderr).toMatch(/standard input.*row 2/);
});

test("diverged training has exit code 4 and names the epoch", async () => {
  writeFileSync(join(directory.path, "data.csv"), monthly(seasonal));
  const flags = ["--learning-rate", "1e30", "--clip", "none", "--epochs", "50", "--transforms", "standardize"];
  const { code, stderr } = await runSluice(["run", "data.csv", ...flags]);
  expect(code).toBe(4);
  expect(stderr).toMatch(/diverged in epoch \d+/);
  expect(stderr).toMatch(/--learning-rate/);
  expect(existsSync(join(directory.path, "runs/data/model.safetensors"))).toBe(false);
});
