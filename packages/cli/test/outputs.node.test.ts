/** Text from data, escaped for the medium that it goes to, and files that the user names. */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sluice } from "@sluice/cli";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seriesCsv } from "../src/files/series-csv.js";
import { writeFile } from "../src/files/write-output.js";
import { printable } from "../src/terminal/printable.js";
import { shellQuote } from "../src/terminal/shell-quote.js";
import { monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

test("printable text has no character that a terminal obeys", () => {
  expect(printable("a\u001b[2J\u009b1m\u202e\u007f\tb\n")).toBe("a\\u001b[2J\\u009b1m\\u202e\\u007f\tb\n");
});

test.each([
  ["runs/data-1.5", "runs/data-1.5"],
  ["my run", "'my run'"],
  ["it's", "'it'\\''s'"],
  ["-rf", "'-rf'"],
  ["", "''"],
  ["$(x)", "'$(x)'"],
])("the word %j is quoted as %j for a shell", (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
  if (word) expect(execFileSync("sh", ["-c", `printf %s ${quoted}`], { encoding: "utf8" })).toBe(word);
});

test.each([
  ["=1+1", "'=1+1"],
  ["+x", "'+x"],
  ["-x", "'-x"],
  ["@x", "'@x"],
  ["＝x", "'＝x"],
  ["\tx", "'\tx"],
  ['=a,"b"', `"'=a,""b"""`],
  ["x=1", "x=1"],
])("a column named %j is the cell %j, which no spreadsheet runs", (name, cell) => {
  const time = { name: "t", unit: "index", step: 1, values: Float64Array.of(0) } as const;
  const csv = seriesCsv({ name: "s", time, columns: [{ name, values: Float64Array.of(-5) }] });
  expect(csv).toBe(`t,${cell}\n0,-5\n`);
});

test("control characters in the name of a column reach neither a terminal nor a chart", async () => {
  writeFileSync("data.csv", monthly(seasonal).replace("passengers", "a\u001b[31m<b>\u0007"));
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY: true };
  const terminal = { stdin: process.stdin, stdout: stream, stderr: stream, env: { NO_COLOR: "1" } };
  expect(await sluice(["run", "data.csv", "--epochs", "2", "--hidden-size", "2"], terminal)).toBe(0);
  expect(await sluice(["forecast", "runs/data"], terminal)).toBe(0);
  expect(await sluice(["check", "data.csv"], terminal)).toBe(0);
  const text = written.join("");
  expect(text).toContain("\\u001b[31m");
  expect(text).not.toContain("\u001b");
  expect(text).not.toContain("\u0007");
  for (const name of readdirSync("runs/data/plots")) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(readFileSync(join("runs/data/plots", name), "utf8")).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  }
  expect(readFileSync("runs/data/report.html", "utf8")).not.toContain("\u001b");
});

test("--out of forecast writes to a device or a pipe, and a link stays a link", async () => {
  writeFile("/dev/null", "x");
  expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  writeFileSync("target.csv", "old", { mode: 0o600 });
  symlinkSync("target.csv", "link");
  symlinkSync("new.csv", "dangling");
  writeFile("link", "new");
  writeFile("dangling", "new");
  expect(readFileSync("target.csv", "utf8")).toBe("new");
  expect(lstatSync("target.csv").mode & 0o777).toBe(0o600);
  expect(readFileSync("new.csv", "utf8")).toBe("new");
  for (const link of ["link", "dangling"]) expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test.each([
  ["", 2, /--out: expected a file/],
  ["folder", 1, /folder: is a directory; give a file/],
  ["nowhere/x.csv", 1, /nowhere\/x\.csv: no such file or directory/],
  ["/dev/full", 1, /\/dev\/full: no space left on the device/],
])("generate --out %j has exit code %i and names the file", async (out, code, message) => {
  mkdirSync("folder");
  const outcome = await runSluice(["generate", "sine", "--out", out]);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
});

test("streams whose writes throw stop nothing; a result that is not printed is exit code 1", async () => {
  writeFileSync("data.csv", monthly(seasonal));
  const broken = {
    write: (): never => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
  };
  const working = { write: () => true };
  const run = (out: string, stdout: typeof working, stderr: typeof working, ...args: string[]) =>
    sluice(["run", "data.csv", "--epochs", "2", "--hidden-size", "2", "--out", out, ...args], {
      stdin: process.stdin,
      stdout,
      stderr,
      env: {},
    });
  expect(await run("a", working, broken)).toBe(0);
  expect(await run("b", broken, working)).toBe(1);
  const gate = ["--learning-rate", "1e-7", "--fail-if-worse-than", "seasonal-naive", "--transforms", "standardize"];
  expect(await run("c", broken, broken, ...gate)).toBe(5);
  for (const name of ["a", "b", "c"]) expect((await runSluice(["verify", name])).code).toBe(0);
});
