import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The time limit of an engine, in milliseconds: many times the time of the slowest. */
export const LIMIT = 180_000;

/** A child process in a separate process group, with its output so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly output: { stdout: string; stderr: string };
}

export function start({ path, args, env }: Command): Child {
  const child = spawn(path, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return { process: child, output };
}

/** Ends a process with SIGTERM, after `gracePeriod` milliseconds with SIGKILL, and then the rest of its group with SIGKILL. */
export async function endGroup({ process: child }: Child, gracePeriod = 3000): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null;
  const exit = ended ? undefined : once(child, "exit");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), gracePeriod);
  signalGroup(child, "SIGTERM");
  await exit;
  clearTimeout(timer);
  signalGroup(child, "SIGKILL");
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // the group has no process left
  }
}
