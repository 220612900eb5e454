/** What a run may write, replace and remove, and what it leaves when it is refused, stopped or killed. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processStart } from "../src/files/process-start.js";
import type { RunConfig } from "../src/run/config.js";
import { hashOf } from "../src/run/directory.js";
import { RunWriter } from "../src/run/run-writer.js";
import { acceptFiles, monthly, type Outcome, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync("data.csv", monthly(seasonal));
});
afterEach(() => directory.remove());

const quick = ["--epochs", "4", "--hidden-size", "4", "--quiet"];
const sluice = (...args: string[]) => runSluice(args);
const run = (...args: string[]) => sluice("run", "data.csv", ...quick, "--out", "run", ...args);

/** The path and the content's hash of each file of a directory. */
function contentOf(path = "run"): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((file) => [file, hashOf(readFileSync(file))]));
}

/** Starts a run and stops it with SIGINT after its first epoch. */
async function interrupted(...args: string[]): Promise<Outcome> {
  const onStderr = (text: string) => text.startsWith("epoch") && process.emit("SIGINT", "SIGINT");
  return runSluice(["run", "data.csv", "--epochs", "400", "--hidden-size", "4", "--out", "run", ...args], {
    onStderr,
  });
}

test.each([
  ["", /expected a directory.*got an empty path/],
  ["/", /got the root/],
  ["data.csv", /got a file: data\.csv/],
  ["/dev/null", /got a device/],
  ["link", /got a link/],
  ["data.csv/run", /got a path through .*data\.csv, which is not a directory/],
  ["theirs", /theirs is not empty and not the directory of a run, so it is not replaced/],
])("--out %j is refused, with and without --force, and nothing is changed", async (out, message) => {
  mkdirSync("theirs/plots", { recursive: true });
  writeFileSync("theirs/config.json", "{}");
  writeFileSync("theirs/plots/a.svg", "<svg/>");
  symlinkSync("theirs", "link");
  const before = contentOf(".");
  for (const force of [[], ["--force"]]) {
    const { code, stderr } = await sluice("run", "data.csv", ...quick, "--out", out, ...force);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  }
  expect(contentOf(".")).toEqual(before);
  expect(lstatSync("link").isSymbolicLink()).toBe(true);
});

test("a file whose name has dots alone before its extension has a run directory of its own", async () => {
  renameSync("data.csv", "...csv");
  expect((await sluice("run", "...csv", ...quick)).code).toBe(0);
  expect(readdirSync(".").sort()).toEqual(["...csv", "runs"]);
  expect(readdirSync("runs")).toEqual(["series"]);
});

test.each([
  ["--hidden-size", "20000"],
  ["--hidden-size", "16384"],
  ["--transforms", "log", "--hold-out", "96"],
])("a new run that is refused leaves nothing, and with --force the old run whole: %s %s", async (...flags) => {
  const refused = await run(...flags);
  expect([2, 3]).toContain(refused.code);
  expect(existsSync("run")).toBe(false);
  await run();
  const before = contentOf();
  expect((await run(...flags, "--force")).code).toBe(refused.code);
  expect(contentOf()).toEqual(before);
});

test("--force replaces the files of the run, and no other file", async () => {
  await run("--transforms", "standardize");
  writeFileSync("run/notes.txt", "mine");
  writeFileSync("run/plots/mine.svg", "<svg/>");
  expect(existsSync("run/plots/transformed.svg")).toBe(true);
  expect((await run("--transforms", "none", "--force")).code).toBe(0);
  expect(existsSync("run/plots/transformed.svg")).toBe(false); // only the old run drew it
  expect(readFileSync("run/notes.txt", "utf8")).toBe("mine");
  expect(readFileSync("run/plots/mine.svg", "utf8")).toBe("<svg/>");
  expect(readdirSync("run").filter((name) => name.startsWith("sluice-run."))).toEqual(["sluice-run.json"]);
  expect((await sluice("verify", "run")).code).toBe(0);
});

test("a list that names other files than those of a run is refused, and nothing is removed", async () => {
  await run();
  const list = JSON.parse(readFileSync("run/sluice-run.json", "utf8"));
  writeFileSync("run/sluice-run.json", JSON.stringify({ ...list, files: { ...list.files, "../data.csv": null } }));
  const { code, stderr } = await run("--force");
  expect(code).toBe(3);
  expect(stderr).toMatch(/sluice-run\.json: files: expected names of files of a run/);
  expect(existsSync("data.csv")).toBe(true);
});

test("a folder of charts that is a link is not followed", async () => {
  await run();
  renameSync("run/plots", "elsewhere");
  symlinkSync("../elsewhere", "run/plots");
  const before = contentOf(".");
  const { code, stderr } = await run("--force", "--transforms", "none");
  expect(code).toBe(1);
  expect(stderr).toMatch(/run\/plots: expected the folder of the charts, found a link or a file/);
  expect(contentOf(".")).toEqual(before);
});

test("a run with --force that is stopped leaves the old run whole, and --resume continues the new one", async () => {
  await run();
  const before = contentOf();
  expect((await interrupted("--force", "--seed", "5")).code).toBe(130);
  expect(contentOf()).toMatchObject(before);
  expect((await sluice("forecast", "run")).code).toBe(0);
  const { code, stderr } = await sluice("run", "--resume", "run");
  expect(code).toBe(0);
  expect(stderr).toMatch(/continuing the run that is to replace the one there/);
  const whole = await sluice(
    "run",
    "data.csv",
    "--epochs",
    "400",
    "--hidden-size",
    "4",
    "--seed",
    "5",
    "--out",
    "whole",
  );
  expect((await sluice("run", "--resume", "run")).stdout).toBe(whole.stdout);
  expect(existsSync("run/sluice-run.new")).toBe(false);
  expect((await sluice("verify", "run")).code).toBe(0);
});

test.each([0, 1, 5, 12])(
  "a replacement that was interrupted after %i files were moved is completed",
  async (moved) => {
    await run();
    await run("--seed", "5");
    await sluice("run", "data.csv", ...quick, "--seed", "5", "--out", "next");
    const expected = contentOf("next");
    renameSync("next", "run/sluice-run.new");
    const list = JSON.parse(readFileSync("run/sluice-run.new/sluice-run.json", "utf8"));
    for (const name of Object.keys(list.files).slice(0, moved))
      renameSync(join("run/sluice-run.new", name), join("run", name));
    expect((await sluice("forecast", "run")).code).toBe(0);
    expect(Object.values(contentOf())).toEqual(Object.values(expected));
  },
);

test("a run that diverges at once leaves nothing, and with --force the old run whole", async () => {
  const diverges = ["--learning-rate", "1e30", "--clip", "none", "--transforms", "none"];
  expect((await run(...diverges)).code).toBe(4);
  expect(existsSync("run")).toBe(false);
  await run();
  const before = contentOf();
  expect((await run(...diverges, "--force")).code).toBe(4);
  expect(contentOf()).toEqual(before);
});

test("a run that diverged after a checkpoint is not resumed, and the next run replaces it without --force", async () => {
  await interrupted();
  const list = JSON.parse(readFileSync("run/sluice-run.json", "utf8"));
  writeFileSync("run/sluice-run.json", JSON.stringify({ ...list, state: "diverged" }));
  const { code, stderr } = await sluice("run", "--resume", "run");
  expect(code).toBe(2);
  expect(stderr).toMatch(/the run diverged; start it again with a lower --learning-rate/);
  expect((await run()).code).toBe(0);
});

test("an unfinished run is kept without --force; the hint quotes its path for a shell", async () => {
  const out = ["--out", "my run"];
  await interrupted(...out);
  const { code, stderr } = await sluice("run", "data.csv", ...quick, ...out);
  expect(code).toBe(2);
  expect(stderr).toMatch(/my run holds an unfinished run; use --resume 'my run' to continue it/);
});

test("a resume that is refused changes nothing", async () => {
  await interrupted();
  for (const [name, damage] of [
    ["checkpoint.safetensors", (bytes: Buffer) => bytes.subarray(0, 500)],
    ["checkpoint.safetensors", (bytes: Buffer) => Buffer.from(bytes).fill(7, bytes.length - 8)],
    ["series.safetensors", (bytes: Buffer) => Buffer.from(bytes).fill(7, bytes.length - 1)],
    ["config.json", () => Buffer.from("null")],
  ] as const) {
    const good = readFileSync(join("run", name));
    writeFileSync(join("run", name), damage(good));
    const before = contentOf();
    const { code, stderr } = await sluice("run", "--resume", "run");
    expect(code).toBe(3);
    expect(stderr).toContain(`run/${name}: `);
    expect(contentOf()).toEqual(before);
    writeFileSync(join("run", name), good);
  }
});

test("a run resumes without metrics.jsonl, and writes it whole from the checkpoint", async () => {
  await interrupted();
  const before = readFileSync("run/metrics.jsonl", "utf8");
  rmSync("run/metrics.jsonl");
  expect((await sluice("run", "--resume", "run")).code).toBe(0);
  const lines = readFileSync("run/metrics.jsonl", "utf8");
  expect(lines.startsWith(before)).toBe(true);
  expect(lines.trimEnd().split("\n")).toHaveLength(400);
});

const lock = (owner: object) =>
  writeFileSync("run/sluice-run.lock", JSON.stringify({ pid: process.pid, start: null, host: hostname(), ...owner }));

test.each([
  ["this process", {}, /process \d+ is writing this run; wait until it has ended/],
  ["a process of another machine", { host: "elsewhere", pid: 1 }, /process 1 on elsewhere is writing this run/],
])("a run that %s is writing is neither resumed nor replaced", async (_, owner, message) => {
  await interrupted();
  lock(owner);
  const before = contentOf();
  for (const args of [
    ["run", "--resume", "run"],
    ["run", "data.csv", ...quick, "--out", "run", "--force"],
  ]) {
    const { code, stderr } = await sluice(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  }
  expect(contentOf()).toEqual(before);
});

test.each([
  ["a process that has ended", { pid: 2 ** 22 + 1 }],
  ["a process whose number another has now", { start: "another" }],
])("the lock of %s is taken over, with a message", async (_, owner) => {
  if ("start" in owner && processStart(process.pid) === null) return; // not on Linux
  await interrupted();
  lock(owner);
  const { code, stderr } = await sluice("run", "--resume", "run");
  expect(code).toBe(0);
  expect(stderr).toMatch(/run: took over the lock of process \d+, which has ended/);
  expect(existsSync("run/sluice-run.lock")).toBe(false);
});

test("of two new runs in one directory, the second to begin is refused and changes nothing", async () => {
  const say = () => {};
  const config = {} as RunConfig;
  const [first, second] = [0, 1].map(() => RunWriter.create("run", { force: false }, say)) as [RunWriter, RunWriter];
  first.begin({ config, series: null }, say);
  const before = contentOf();
  expect(() => second.begin({ config, series: null }, say)).toThrow(/is writing this run/);
  second.fail({ diverged: false });
  second.release();
  expect(contentOf()).toEqual(before);
  first.release();
});

test("a run with --force that diverges keeps an interrupted one", async () => {
  await run();
  await interrupted("--force");
  const before = contentOf();
  const diverges = ["--learning-rate", "1e30", "--clip", "none", "--transforms", "none"];
  expect((await run(...diverges, "--force")).code).toBe(4);
  expect(contentOf()).toEqual(before);
});

test("verify names each file that was changed or removed, and runs again", async () => {
  await run();
  const model = readFileSync("run/model.safetensors");
  model[model.length - 3]! ^= 1;
  writeFileSync("run/model.safetensors", model);
  rmSync("run/plots/loss.svg");
  const { code, stdout } = await sluice("verify", "run", "--quiet");
  expect(code).toBe(5);
  expect(stdout).toMatch(
    /run\/model\.safetensors: changed since.*\nrun\/plots\/loss\.svg: missing since.*\nrun: equal/,
  );
  const forecast = await sluice("forecast", "run");
  expect(forecast.code).toBe(3);
  expect(forecast.stderr).toMatch(
    /run\/model\.safetensors: expected the file that the run wrote, got another or a damaged/,
  );
});

test("verify and forecast notice the model of another run", async () => {
  await run();
  await sluice("run", "data.csv", ...quick, "--seed", "5", "--out", "other");
  writeFileSync("run/model.safetensors", readFileSync("other/model.safetensors"));
  expect((await sluice("verify", "run")).stdout).toMatch(/run\/model\.safetensors: changed/);
  expect((await sluice("forecast", "run")).code).toBe(3);
});

test("verify reads no file that a stranger's run names", async () => {
  await run();
  const config = JSON.parse(readFileSync("run/config.json", "utf8"));
  writeFileSync("secret.csv", "secret,x\n1,2\n");
  writeFileSync("run/config.json", JSON.stringify({ ...config, input: { file: "../secret.csv" } }));
  acceptFiles("run");
  const { code, stdout, stderr } = await sluice("verify", "run");
  expect(code).toBe(0);
  expect(stdout + stderr).not.toContain("secret");
  rmSync("run/series.safetensors");
  symlinkSync("../secret.csv", "run/series.safetensors");
  const linked = await sluice("verify", "run");
  expect(linked.code).toBe(5);
  expect(linked.stdout).not.toContain("secret");
});
