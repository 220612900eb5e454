import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Size } from "../epoch.js";
import { ownProcesses } from "../machine-load.js";
import type { Candidate } from "../timing.js";

/** A task for a peer to time. */
export interface Request extends Size {
  readonly kind: string;
}

/**
 * A peer in a separate process, so that its heap and its garbage collections do not affect the times of Sluice.
 * The process prints one line when it is ready, then answers one line to each line it reads.
 */
export interface PeerProcess {
  /** Milliseconds of the first run for a request, which for some peers includes compilation; undefined before it ran. */
  firstRun(request: Request): number | undefined;
  candidate(name: string, request: Request): Candidate;
  end(): void;
}

interface Answer {
  readonly ms?: number;
  /** Milliseconds of the first run; only in the first answer to a request. */
  readonly first?: number;
  readonly error?: string;
}

/** Starts a peer's process; undefined if it exits before it is ready. */
export async function startPeer(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<PeerProcess | undefined> {
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  child.on("error", () => {}); // the command is absent: no line comes
  const firstLine = await lines.next();
  if (firstLine.done) return undefined;
  ownProcesses.add(child.pid!);
  child.on("exit", () => ownProcesses.delete(child.pid!));
  const firstRuns = new Map<string, number>();
  const ask = async (name: string, request: Request, runs: number): Promise<number> => {
    child.stdin.write(`${JSON.stringify({ ...request, runs })}\n`);
    const line = await lines.next();
    if (line.done) throw new Error(`${name}: its process ended before it answered ${JSON.stringify(request)}`);
    const { ms, first, error } = JSON.parse(line.value) as Answer;
    if (ms === undefined) throw new Error(`${name}: ${error}`);
    if (first !== undefined) firstRuns.set(JSON.stringify(request), first);
    return ms;
  };
  return {
    firstRun: (request) => firstRuns.get(JSON.stringify(request)),
    candidate: (name, request) => ({ name, measure: (count) => ask(name, request, count) }),
    end: () => child.stdin.end(),
  };
}

/** Starts a JavaScript peer of bench/peers under the flags of this process. */
export async function startJavaScriptPeer(module: "jax" | "tfjs" | "brain" | "onnx"): Promise<PeerProcess> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const args = [...process.execArgv, path("javascript-peer.mjs"), path(`${module}.mjs`)];
  const peer = await startPeer(process.execPath, args);
  if (!peer) throw new Error(`${module}: the peer's process did not start; see the message above`);
  return peer;
}
