import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { dirname, parse, resolve } from "node:path";
import { fileError } from "../errors/file-error.js";
import { UsageError } from "../errors/usage-error.js";
import { entryAt } from "../files/entry-at.js";
import { LOCK, readList, TEMPORARY } from "./run-list.js";

/** What is at the path of a new run. */
export type OutState = "absent" | "empty" | "run";

/**
 * Checks the path of a new run, before anything is written.
 * @throws UsageError for a path that cannot become or be a run directory.
 */
export function outState(path: string): OutState {
  if (path === "") throw wrongOut(path, "got an empty path");
  const full = resolve(path);
  if (full === parse(full).root) throw wrongOut(path, "got the root of the file system");
  const entry = entryAt(full);
  if (entry?.isSymbolicLink()) throw wrongOut(path, "got a link; give the directory that it leads to");
  if (entry && !entry.isDirectory()) throw wrongOut(path, entry.isFile() ? "got a file" : "got a device or a pipe");
  expectWritable(path, entry ? full : existingParent(path, dirname(full)));
  if (!entry) return "absent";
  if (readList(full)) return "run";
  const others = readdirSync(full).filter((name) => !name.startsWith(LOCK) && name !== TEMPORARY);
  if (others.length === 0) return "empty";
  throw new UsageError(
    `${path} is not empty and not the directory of a run, so it is not replaced; give another directory with --out`,
  );
}

const wrongOut = (path: string, got: string) =>
  new UsageError(
    `--out: expected a directory that does not exist, is empty or holds a run, ${got}${path && `: ${path}`}`,
  );

function existingParent(path: string, directory: string): string {
  if (!entryAt(directory)) return existingParent(path, dirname(directory));
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return directory;
  throw wrongOut(path, `got a path through ${directory}, which is not a directory`);
}

function expectWritable(path: string, directory: string): void {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const cause = fileError(path, error) as Error;
    throw new UsageError(`--out: ${cause.message}`, { cause });
  }
}
