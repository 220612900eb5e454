import { once } from "node:events";
import { join } from "node:path";
import { type Command, endGroup, start } from "./processes.js";
import type { SuiteResult } from "./suite/index.js";

/** Milliseconds after which an engine is given up. */
export const LIMIT = 180_000;

/**
 * Runs the bundle in an engine that is a program, as `path …args run.js`.
 * @throws Error with what it printed, where it fails or takes longer than three minutes.
 */
export async function runServer(folder: string, { path, args, env }: Command): Promise<SuiteResult> {
  const child = start({ path, args: [...args, join(folder, "run.js")], env: env ?? {} });
  const timer = setTimeout(() => void endGroup(child, 0), LIMIT);
  const [code, signal] = await once(child.process, "close");
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${path}: exit ${code ?? signal}\n${child.output.stderr}`);
  return JSON.parse(child.output.stdout) as SuiteResult;
}
