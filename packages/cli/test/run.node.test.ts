import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acceptFiles, monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, "data.csv"), monthly(seasonal));
});
afterEach(() => directory.remove());

const sluice = (...args: string[]) => runSluice(args);
const quick = ["--epochs", "4", "--hidden-size", "4"];
const read = (path: string) => readFileSync(join(directory.path, path), "utf8");
const config = (run: string) => JSON.parse(read(`${run}/config.json`)) as Record<string, never>;

test("a run writes its files, messages to stderr, a table to stdout", async () => {
  const { code, stdout, stderr } = await sluice("run", "data.csv", ...quick);
  expect(code).toBe(0);
  expect(readdirSync(join(directory.path, "runs/data")).sort()).toEqual([
    "checkpoint.safetensors",
    "config.json",
    "forecast.csv",
    "metrics.jsonl",
    "model.safetensors",
    "plots",
    "report.html",
    "series.safetensors",
    "sluice-run.json",
  ]);
  expect(readdirSync(join(directory.path, "runs/data/plots")).sort()).toEqual([
    "approximation.svg",
    "forecast.svg",
    "level.svg",
    "loss.svg",
    "series.svg",
    "transformed.svg",
    "zoom.svg",
  ]);
  expect(read("runs/data/plots/transformed.svg")).toMatch(/Transformed series: difference 12, standardize/);
  expect(config("runs/data")).not.toHaveProperty("limits");
  expect(stdout).toMatch(/network .*\n {2}naive .*\n {2}drift .*\n {2}seasonal naive/);
  expect(stderr).toMatch(/report: runs\/data\/report\.html/);
  expect(stderr + stdout).not.toContain("\u001b["); // no color off a terminal
  expect(read("runs/data/metrics.jsonl").trim().split("\n")).toHaveLength(4);
  expect(read("runs/data/forecast.csv").split("\n")[1]).toMatch(/^1957-01,/);
  expect(read("runs/data/report.html")).toMatch(/seasonal naive/);
}, 60_000);

test("--json prints one object, --quiet no messages", async () => {
  const { stdout, stderr } = await sluice("run", "data.csv", ...quick, "--json", "--quiet");
  expect(stderr).toBe("");
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ schemaVersion: 1, directory: "runs/data", split: { train: 77, heldOut: 19 } });
  expect(result.forecast).toHaveLength(12);
});

test("only --force overwrites an existing run", async () => {
  await sluice("run", "data.csv", ...quick);
  const before = read("runs/data/config.json");
  const { code, stderr } = await sluice("run", "data.csv", ...quick, "--seed", "5");
  expect(code).toBe(2);
  expect(stderr).toMatch(/runs\/data.*--force/);
  expect(read("runs/data/config.json")).toBe(before);
  expect((await sluice("run", "data.csv", ...quick, "--seed", "5", "--force")).code).toBe(0);
  expect(read("runs/data/config.json")).not.toBe(before);
}, 60_000);

test("an interrupted run resumes to the same bits", async () => {
  const long = ["--epochs", "40", "--hidden-size", "8"];
  const whole = await sluice("run", "data.csv", ...long, "--out", "whole");
  expect(whole.code).toBe(0);

  // the first line of progress is written after the first epoch
  const onStderr = (text: string) => text.startsWith("epoch") && process.emit("SIGINT", "SIGINT");
  const cut = await runSluice(["run", "data.csv", ...long, "--out", "cut"], { onStderr });
  expect(cut.code).toBe(130);
  expect(cut.stderr).toMatch(/stopped after \d+ of 40 epochs, all saved; continue with: sluice run --resume cut/);
  expect(cut.stdout).toBe("");
  expect(existsSync(join(directory.path, "cut/checkpoint.safetensors"))).toBe(true);
  expect("fingerprint" in config("cut")).toBe(false);
  const log = join(directory.path, "cut/metrics.jsonl");
  writeFileSync(log, `${readFileSync(log, "utf8")}{"epoch": 99`); // an incomplete last line is removed

  expect((await sluice("run", "--resume", "cut", "--quiet")).code).toBe(0);
  expect(config("cut")["fingerprint"]).toBe(config("whole")["fingerprint"]);
  expect(read("cut/metrics.jsonl")).toBe(read("whole/metrics.jsonl"));

  const again = await sluice("run", "--resume", "cut"); // nothing left to do: the same results
  expect(again).toMatchObject({ code: 0, stdout: whole.stdout });
  expect(again.stderr).toMatch(/cut is already finished/);
}, 60_000);

test("a run is resumed with its own copy of the series, whatever became of the file", async () => {
  const onStderr = (text: string) => text.startsWith("epoch") && process.emit("SIGTERM", "SIGTERM");
  expect((await runSluice(["run", "data.csv", "--epochs", "40"], { onStderr })).code).toBe(143);
  rmSync("data.csv");
  expect((await sluice("run", "--resume", "runs/data")).code).toBe(0);
  expect((await sluice("verify", "runs/data")).code).toBe(0);
  writeFileSync("data.csv", monthly(seasonal.map((v) => v + 1)));
  const { code, stderr } = await sluice("verify", "runs/data", "data.csv");
  expect(code).toBe(3);
  expect(stderr).toMatch(/data\.csv, column "passengers": the series has changed since the run/);
}, 60_000);

test("--threads changes no bit, and the run says how many were used", async () => {
  const wide = ["run", "--preset", "notebook-fixed", "--hidden-size", "64", "--epochs", "2"];
  expect((await sluice(...wide, "--out", "one")).code).toBe(0);
  const { code, stderr } = await sluice(...wide, "--out", "two", "--threads", "2");
  expect(code).toBe(0);
  expect(stderr).toMatch(/threads: 2 of 2/);
  expect(config("one")["threads"]).toBe(1);
  expect(config("two")["threads"]).toBe(2);
  expect(config("two")["fingerprint"]).toBe(config("one")["fingerprint"]);
  expect((await sluice("verify", "two", "--threads", "auto")).stdout).toMatch(/equal/);

  const small = await sluice("run", "data.csv", ...quick, "--threads", "2");
  expect(small.stderr).toMatch(/threads: 1 of 2/);
}, 60_000);

test("verify: equal, different with the first epoch and tensor, not comparable", async () => {
  await sluice("run", "data.csv", ...quick);
  const equal = await sluice("verify", "runs/data");
  expect(equal.code).toBe(0);
  expect(equal.stdout).toMatch(/equal, fingerprint [0-9a-f]{64}/);

  const path = join(directory.path, "runs/data/config.json");
  const write = (value: object) => {
    writeFileSync(path, JSON.stringify(value));
    acceptFiles("runs/data");
  };
  const { recipe, ...rest } = config("runs/data") as Record<string, object>;
  write({ ...rest, recipe: { ...recipe, seed: 9 } });
  const different = await sluice("verify", "runs/data");
  expect(different.code).toBe(5);
  expect(different.stdout).toMatch(/different.*from epoch 1 on.*first tensor that differs is gru\./);

  write({ ...rest, recipe, versions: { ...rest["versions"], kernel: "0.0.0" } });
  const other = await sluice("verify", "runs/data");
  expect(other.code).toBe(1);
  expect(other.stdout).toMatch(/not comparable/);

  const { training, heldOut } = rest["metrics"] as unknown as Record<string, object>;
  write({ ...rest, recipe, metrics: { training, heldOut: { ...heldOut, rmse: 0.5 } } });
  const altered = await sluice("verify", "runs/data");
  expect(altered.code).toBe(5);
  expect(altered.stdout).toMatch(/different: "metrics" is not what the run gives/);

  write({ ...rest, recipe });
  writeFileSync(join(directory.path, "data.csv"), monthly(seasonal).replace("passengers", "people"));
  const changed = await sluice("verify", "runs/data", "data.csv");
  expect(changed.code).toBe(3);
  expect(changed.stderr).toMatch(/data\.csv, column "passengers": the series has no such column any more/);
}, 60_000);

test("forecast continues the series of a finished run, as CSV or JSON", async () => {
  await sluice("run", "data.csv", ...quick);
  const { code, stdout } = await sluice("forecast", "runs/data", "--horizon", "3");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^month,passengers\n1957-01,[\d.]+\n1957-02,[\d.]+\n1957-03,[\d.]+\n$/);
  const json = JSON.parse((await sluice("forecast", "runs/data", "--json")).stdout);
  expect(json.schemaVersion).toBe(1);
  expect(json.forecast).toHaveLength(12);
  expect((await sluice("forecast", "nowhere")).code).toBe(2);
}, 60_000);

test("a gate has exit code 5 if the network is worse, and reports both errors", async () => {
  const untrained = ["--epochs", "1", "--learning-rate", "0.0000001", "--transforms", "standardize"];
  const { code, stderr } = await sluice(
    "run",
    "data.csv",
    ...untrained,
    "--fail-if-worse-than",
    "seasonal-naive",
    "--quiet",
  );
  expect(code).toBe(5);
  expect(stderr).toMatch(/network's held-out RMSE is [\d.]+, that of seasonal-naive is [\d.]+/);
  expect(existsSync(join(directory.path, "runs/data/report.html"))).toBe(true);
});

test("generate, check and run work through stdin and stdout", async () => {
  const { stdout } = await sluice("generate", "seasonal", "--length", "60", "--seed", "3");
  expect(stdout.trim().split("\n")).toHaveLength(61);
  const checked = await runSluice(["check", "-"], { stdin: stdout });
  expect(checked.code).toBe(0);
  expect(checked.stdout).toMatch(/rows +60/);
  const run = await runSluice(["run", "-", ...quick, "--season", "12", "--out", "piped"], { stdin: stdout });
  expect(run.code).toBe(0);
  expect((await sluice("generate", "seasonal", "--length", "60", "--seed", "3")).stdout).toBe(stdout);
}, 60_000);

test("check reports columns, frequency, gaps and usable windows", async () => {
  const rows = monthly(seasonal).split("\n");
  rows[5] = "1949-05,NA";
  rows.splice(9, 2);
  writeFileSync(join(directory.path, "data.csv"), rows.join("\n"));
  const { code, stdout, stderr } = await sluice("check", "data.csv");
  expect(code).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/rows +96\n/);
  expect(stdout).toMatch(/time +month, 1949-01 … 1956-12\nfrequency +month\n/);
  expect(stdout).toMatch(/column passengers +93 numbers, 3 missing\n/);
  expect(stdout).toMatch(/gaps +2 rows absent\n/);
  expect(stdout).toMatch(/usable windows +\d+, lookback \d+, season 12\n/);
  expect(stdout).toMatch(/note: values are in "passengers", the only column of numbers \(change with --column\)/);
  expect(stdout).toMatch(/note: "passengers": words for missing values: "NA" 1/);
  expect(stdout).toMatch(/warning: 3 missing values of 96 \(2 in rows that the file lacks\), interpolated/);
  const json = JSON.parse((await sluice("check", "data.csv", "--json")).stdout);
  expect(json).toMatchObject({
    usable: true,
    rows: 96,
    absent: 2,
    columns: [{ name: "passengers", numbers: 93, missing: 3 }],
    missing: { count: 3, absent: 2, longest: { length: 2, from: "1949-09", to: "1949-10" } },
    choice: { time: ["month"], values: ["passengers"], frequency: "month" },
    season: 12,
  });
});

test("check gives the error and the exit code of run, with the flag that settles it", async () => {
  const cases: [string, string[]][] = [
    [monthly(seasonal.slice(0, 20)), ["--lookback", "24"]],
    [monthly(seasonal.map(() => 7)), []],
    [monthly(seasonal), ["--hold-out", "1.5"]],
    [monthly(seasonal.map((v, i) => (i === 4 ? "" : v))), ["--missing", "refuse"]],
    [monthly(seasonal.map((v, i) => (i === 4 ? "x" : v))), []],
    [monthly(seasonal), ["--column", "people"]],
    [monthly([...seasonal, ...seasonal]).replaceAll("1957-", "1949-"), []],
    ["", []],
  ];
  for (const [text, args] of cases) {
    writeFileSync(join(directory.path, "data.csv"), text);
    const checked = await sluice("check", "data.csv", "--json", ...args);
    const ran = await sluice("run", "data.csv", "--json", ...args);
    expect(checked.code).toBe(ran.code);
    expect(checked.code).not.toBe(0);
    expect(checked.stderr).toBe(ran.stderr);
    expect(JSON.parse(checked.stdout)).toMatchObject({ usable: false, error: JSON.parse(ran.stdout).error });
  }
});

test("of several series, run takes the one that --series names", async () => {
  const rows = ["A", "B"].flatMap((store) => seasonal.slice(0, 48).map((v, i) => `${store},${2000 + i},${v}`));
  writeFileSync(join(directory.path, "data.csv"), ["store,year,sales", ...rows].join("\n"));
  const several = await sluice("run", "data.csv", ...quick);
  expect(several.code).toBe(3);
  expect(several.stderr).toMatch(/expected one series, got 2: A, B; choose one \(--series store=A\)/);
  const checked = await sluice("check", "data.csv");
  expect(checked).toMatchObject({ code: 3, stderr: several.stderr });
  expect(checked.stdout).toMatch(/series +2: A, B/);
  const one = await sluice("run", "data.csv", "--series", "store=B", ...quick);
  expect(one.code).toBe(0);
  expect((await sluice("verify", "runs/data")).stdout).toMatch(/equal/);
}, 60_000);

test("a notebook preset has its own charts, limits and notes", async () => {
  const { code, stderr } = await sluice("run", "--preset", "notebook", "--epochs", "20");
  expect(code).toBe(0);
  expect(stderr).toMatch(/held-out one-step squared error: [\d.]+ \(limit 105; 150 without memory\)/);
  const html = read("runs/notebook/report.html");
  expect(html).toMatch(/the notebook plots it one step earlier/);
  expect(html).toMatch(/t = 20 … 199 are plotted at those times; the notebook plots them at 19 … 198/);
  expect(html).toMatch(/limit 113\.67/);
  expect(html).toMatch(/limit without memory 150/);
  expect(read("runs/notebook/plots/differences.svg")).toMatch(/>Differences</);
  expect(read("runs/notebook/plots/zoom.svg")).toMatch(/75 ≤ t &lt; 125/);
  expect(config("runs/notebook")["limits"]).toMatchObject({ memoryless: 150 });
}, 60_000);

test("a notebook preset on a file has none of the notebook's limits and notes", async () => {
  expect((await sluice("run", "data.csv", "--preset", "notebook-fixed", "--epochs", "2")).code).toBe(0);
  expect(config("runs/data")).not.toHaveProperty("limits");
  expect(read("runs/data/report.html")).not.toMatch(/the notebook|theoretical limit/);
}, 60_000);

test("without transforms there is no chart of transformed values", async () => {
  expect((await sluice("run", "data.csv", ...quick, "--transforms", "none")).code).toBe(0);
  const plots = readdirSync(join(directory.path, "runs/data/plots")).sort();
  expect(plots).toEqual(["forecast.svg", "level.svg", "loss.svg", "series.svg", "zoom.svg"]);
}, 60_000);
