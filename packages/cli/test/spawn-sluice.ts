import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line from its source, in a directory of its own. */
export function startSluice(
  args: readonly string[],
  cwd: string,
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, ["--import", tsx, "--conditions=@sluice/source", main, ...args], { cwd });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, outcome };
}

export function runSluice(args: readonly string[], cwd: string, stdin = ""): Promise<Outcome> {
  const { child, outcome } = startSluice(args, cwd);
  child.stdin!.end(stdin);
  return outcome;
}

/** A temporary directory, and how to be rid of it. */
export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "sluice-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A CSV of months and values. */
export function monthly(values: readonly (number | string)[], first = 1949): string {
  const rows = values.map(
    (value, i) => `${first + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")},${value}`,
  );
  return ["month,passengers", ...rows, ""].join("\n");
}

/** A series that a small run learns in a moment: a rising line with a season. */
export const lively = Array.from(
  { length: 96 },
  (_, t) => 100 + t + [0, 5, 9, 4, -3, -8][t % 6]! + ((t * 37) % 11) / 5,
);
