import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lively, monthly, runSluice, startSluice, temporaryDirectory } from "./spawn-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, "data.csv"), monthly(lively));
});
afterEach(() => directory.remove());

const sluice = (...args: string[]) => runSluice(args, directory.path);
const quick = ["--epochs", "4", "--hidden-size", "4"];
const read = (path: string) => readFileSync(join(directory.path, path), "utf8");
const config = (run: string) => JSON.parse(read(`${run}/config.json`)) as Record<string, never>;

test("a run writes all its files, and its words go to stderr, its table to stdout", async () => {
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
  ]);
  expect(readdirSync(join(directory.path, "runs/data/plots"))).toHaveLength(7);
  expect(stdout).toMatch(/network .*\n {2}naive .*\n {2}drift .*\n {2}seasonal naive/);
  expect(stderr).toMatch(/report: runs\/data\/report\.html/);
  expect(stderr + stdout).not.toContain("\u001b["); // no color off a terminal
  expect(read("runs/data/metrics.jsonl").trim().split("\n")).toHaveLength(4);
  expect(read("runs/data/forecast.csv").split("\n")[1]).toMatch(/^1957-01,/);
  expect(read("runs/data/report.html")).toMatch(/seasonal naive/);
}, 60_000);

test("--json is one object, --quiet says nothing", async () => {
  const { stdout, stderr } = await sluice("run", "data.csv", ...quick, "--json", "--quiet");
  expect(stderr).toBe("");
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ schemaVersion: 1, directory: "runs/data", split: { train: 77, heldOut: 19 } });
  expect(result.forecast).toHaveLength(12);
});

test("an existing run is not overwritten, unless by --force", async () => {
  await sluice("run", "data.csv", ...quick);
  const before = read("runs/data/config.json");
  const { code, stderr } = await sluice("run", "data.csv", ...quick, "--seed", "5");
  expect(code).toBe(2);
  expect(stderr).toMatch(/runs\/data.*--force/);
  expect(read("runs/data/config.json")).toBe(before);
  expect((await sluice("run", "data.csv", ...quick, "--seed", "5", "--force")).code).toBe(0);
  expect(read("runs/data/config.json")).not.toBe(before);
}, 60_000);

test("an interrupted run goes on with --resume to the same bits", async () => {
  const long = ["--epochs", "9000", "--hidden-size", "8", "--quiet"];
  const whole = await sluice("run", "data.csv", ...long, "--out", "whole");
  expect(whole.code).toBe(0);

  const { child, outcome } = startSluice(["run", "data.csv", ...long, "--out", "cut"], directory.path);
  child.stdin!.end();
  const log = join(directory.path, "cut/metrics.jsonl");
  while (!existsSync(log) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill("SIGINT");
  expect((await outcome).code).toBe(130);
  expect(existsSync(join(directory.path, "cut/checkpoint.safetensors"))).toBe(true);
  expect("fingerprint" in config("cut")).toBe(false);
  writeFileSync(log, `${readFileSync(log, "utf8")}{"epoch": 99`); // a torn last line is trimmed

  expect((await sluice("run", "--resume", "cut", "--quiet")).code).toBe(0);
  expect(config("cut")["fingerprint"]).toBe(config("whole")["fingerprint"]);
  expect(read("cut/metrics.jsonl")).toBe(read("whole/metrics.jsonl"));

  const again = await sluice("run", "--resume", "cut"); // nothing left to do: the same words
  expect(again).toMatchObject({ code: 0, stdout: whole.stdout });
  expect(again.stderr).toMatch(/cut is finished already/);
}, 120_000);

test("--threads changes no bit, and the run says how many there were", async () => {
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
  const { recipe, ...rest } = config("runs/data") as Record<string, object>;
  writeFileSync(path, JSON.stringify({ ...rest, recipe: { ...recipe, seed: 9 } }));
  const different = await sluice("verify", "runs/data");
  expect(different.code).toBe(5);
  expect(different.stdout).toMatch(/different.*from epoch 1 on.*first tensor that differs is gru\./);

  writeFileSync(path, JSON.stringify({ ...rest, recipe, versions: { ...rest["versions"], kernel: "0.0.0" } }));
  const other = await sluice("verify", "runs/data");
  expect(other.code).toBe(1);
  expect(other.stdout).toMatch(/not comparable/);

  writeFileSync(path, JSON.stringify({ ...rest, recipe }));
  writeFileSync(join(directory.path, "data.csv"), monthly(lively).replace("passengers", "people"));
  const changed = await sluice("verify", "runs/data");
  expect(changed.code).toBe(3);
  expect(changed.stderr).toMatch(/data\.csv, column "passengers".*not there any more/);
}, 60_000);

test("forecast goes on from a finished run, as CSV or JSON", async () => {
  await sluice("run", "data.csv", ...quick);
  const { code, stdout } = await sluice("forecast", "runs/data", "--horizon", "3");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^month,passengers\n1957-01,[\d.]+\n1957-02,[\d.]+\n1957-03,[\d.]+\n$/);
  const json = JSON.parse((await sluice("forecast", "runs/data", "--json")).stdout);
  expect(json.schemaVersion).toBe(1);
  expect(json.forecast).toHaveLength(12);
  expect((await sluice("forecast", "nowhere")).code).toBe(2);
}, 60_000);

test("a gate fails with 5 where the network is worse, and says both errors", async () => {
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
  expect(stderr).toMatch(/network's held-out RMSE is [\d.]+, that of seasonal-naive [\d.]+/);
  expect(existsSync(join(directory.path, "runs/data/report.html"))).toBe(true);
});

test("generate and check work through pipes", async () => {
  const { stdout } = await sluice("generate", "seasonal", "--length", "60", "--seed", "3");
  expect(stdout.trim().split("\n")).toHaveLength(61);
  const checked = await runSluice(["check", "-"], directory.path, stdout);
  expect(checked.code).toBe(0);
  expect(checked.stdout).toMatch(/rows +60/);
  const run = await runSluice(["run", "-", ...quick, "--season", "12", "--out", "piped"], directory.path, stdout);
  expect(run.code).toBe(0);
  expect((await sluice("generate", "seasonal", "--length", "60", "--seed", "3")).stdout).toBe(stdout);
}, 60_000);

test("check lists every fault with its row, and exits 3", async () => {
  const rows = monthly(lively).split("\n");
  rows[5] = "1949-05,x";
  rows[9] = rows[8]!;
  writeFileSync(join(directory.path, "data.csv"), rows.join("\n"));
  const { code, stdout } = await sluice("check", "data.csv");
  expect(code).toBe(3);
  expect(stdout).toMatch(/row 6 .*"x"/);
  expect(stdout).toMatch(/row 10 .*1949-08 again/);
  expect(stdout).toMatch(/gaps +1/);
});

test("the notebook's preset runs, and its report says where the notebook's plots were early", async () => {
  const { code } = await sluice("run", "--preset", "notebook", "--epochs", "20");
  expect(code).toBe(0);
  const html = read("runs/notebook/report.html");
  expect(html).toMatch(/the notebook drew it one step earlier/);
  expect(html).toMatch(/t = 20 … 199 stand at those times; the notebook drew them at 19 … 198/);
  expect(html).toMatch(/limit 113\.67/);
  expect(html).toMatch(/limit without memory 150/);
}, 60_000);
