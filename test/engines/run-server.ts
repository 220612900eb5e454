import { once } from "node:events";
import { join } from "node:path";
import { type Command, endGroup, LIMIT, start } from "./processes.js";
import type { SuiteResult } from "./suite/index.js";

/**
 * Runs the bundle in a command-line engine: `path …args run.js`.
 * @throws Error with its stderr if it fails or takes longer than `limit` milliseconds.
 */
export async function runServer(folder: string, { path, args, env }: Command, limit = LIMIT): Promise<SuiteResult> {
  const child = start({ path, args: [...args, join(folder, "run.js")], env: env ?? {} });
  const timer = setTimeout(() => void endGroup(child, 0), limit);
  const [code, signal] = await once(child.process, "close");
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${path}: exit ${code ?? signal}\n${child.output.stderr}`);
  return JSON.parse(child.output.stdout) as SuiteResult;
}
