import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sluice } from "@sluice/cli";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "packages/cli/src/main.ts");
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves when stderr has a text, or the process has ended. */
  stderrHas(text: string): Promise<void>;
}

/** A directory with a series, in which runs are broken. */
export class Workspace {
  readonly path = mkdtempSync(join(tmpdir(), "sluice-faults-"));

  constructor() {
    const value = (t: number) => 100 + t + [0, 5, 9, 4, -3, -8][t % 6]! + ((t * 37) % 11) / 5;
    const rows = Array.from({ length: 96 }, (_, t) => `${t},${value(t)}`);
    writeFileSync(this.file("data.csv"), ["t,y", ...rows, ""].join("\n"));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The arguments of a run on the series. */
  run(out: string, epochs: number, ...more: string[]): string[] {
    const options = ["--epochs", String(epochs), "--hidden-size", "4"];
    return ["run", this.file("data.csv"), ...options, "--out", this.file(out), ...more];
  }

  /** Runs a command in this process. */
  async call(...args: string[]): Promise<Outcome> {
    let [stdout, stderr] = ["", ""];
    const code = await sluice(args, {
      stdin: process.stdin,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      env: {},
    });
    return { code, stdout, stderr };
  }

  start(args: readonly string[], stdio: SpawnOptions["stdio"] = ["ignore", "pipe", "pipe"]): Running {
    const child = spawn(process.execPath, ["--import", tsx, "--conditions=@sluice/source", main, ...args], {
      cwd: this.path,
      stdio,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
    const outcome = new Promise<Outcome>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    const stderrHas = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => stderr.includes(text) && resolve();
        child.stderr?.on("data", look);
        child.on("close", () => resolve());
        look();
      });
    return { child, outcome, stderrHas };
  }

  /** The fingerprint of a finished run; undefined for none. */
  fingerprint(run: string): string | undefined {
    const path = this.file(`${run}/config.json`);
    if (!existsSync(path)) return undefined;
    return (JSON.parse(readFileSync(path, "utf8")) as { fingerprint?: string }).fingerprint;
  }

  remove(name = ""): void {
    rmSync(this.file(name), { recursive: true, force: true });
  }
}

/** Something was lost. */
export function expectTrue(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}

/** Checks that a run is whole and has the results of another. */
export async function expectWhole(work: Workspace, run: string, fingerprint: string): Promise<void> {
  const { code, stdout, stderr } = await work.call("verify", work.file(run), "--quiet");
  expectTrue(code === 0, `verify has exit code ${code}: ${stdout}${stderr}`);
  expectTrue(work.fingerprint(run) === fingerprint, "the fingerprint is another");
}
