import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Outcome } from "./run-sluice.js";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Runs a command line in a separate process. */
export interface SluiceProcess {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves once stderr contains a text. */
  stderrHas(text: string): Promise<void>;
}

/** Starts the command line from its source, for tests of signals, exit codes and pipes. */
export function startSluice(args: readonly string[], cwd: string): SluiceProcess {
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
  const stderrHas = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stderr.includes(text) && resolve();
      child.stderr.on("data", look);
      child.on("close", () => reject(new Error(`expected "${text}" on stderr, got: ${stderr}`)));
      look();
    });
  return { child, outcome, stderrHas };
}
