import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { FileError, namingFile } from "../errors/file-error.js";
import { entryAt } from "../files/entry-at.js";
import { Lock } from "../files/lock.js";
import { flushDirectory } from "../files/write-atomically.js";
import { shellQuote } from "../terminal/shell-quote.js";
import { expectPlots } from "./directory.js";
import { removeFile, removeFiles, removeIfEmpty } from "./remove-run.js";
import { LIST, LOCK, PLOTS, REPLACEMENT, readList } from "./run-list.js";

/** The folder of the run that is to replace that of a directory. */
export const replacementOf = (directory: string): string => join(directory, REPLACEMENT);

/** Whether a directory holds a run that is to replace its own: begun and not finished, or finished and not moved. */
export function hasReplacement(directory: string): boolean {
  const folder = replacementOf(directory);
  if (!entryAt(folder)?.isDirectory()) return false;
  return readList(folder) !== undefined;
}

/**
 * Completes a replacement that was interrupted while its files were moved.
 * @throws FileError if a process is at work on it.
 */
export function settleReplacement(directory: string): void {
  if (!hasReplacement(directory) || readList(replacementOf(directory))?.state !== "finished") return;
  const lock = new Lock(join(directory, LOCK));
  try {
    completeReplacement(directory);
  } finally {
    lock.release();
  }
}

/** Removes a replacement that was begun. */
export function removeReplacement(directory: string): void {
  const folder = replacementOf(directory);
  const entry = entryAt(folder);
  if (!entry) return;
  if (!entry.isDirectory()) throw new FileError(folder, "expected a folder of a run, found another file; remove it");
  removeFiles(folder, Object.keys(readList(folder)?.files ?? {}));
  removeIfEmpty(folder);
}

/**
 * Moves a finished replacement to its place. It can be interrupted at any moment and called again: what was moved is not in
 * the folder any more, and the list is moved last. The caller holds the lock of the directory.
 * @throws FileError if a file that is not of the old run is in the way.
 */
export function completeReplacement(directory: string): void {
  const folder = replacementOf(directory);
  if (!hasReplacement(directory)) return;
  const next = readList(folder)!;
  if (next.state !== "finished") return;
  expectPlots(directory);
  const old = readList(directory)?.files ?? {};
  const waiting = Object.keys(next.files).filter((name) => existsSync(join(folder, name)));
  for (const name of waiting) {
    if (Object.hasOwn(old, name) || !existsSync(join(directory, name))) continue;
    throw new FileError(
      join(directory, name),
      `is not a file of the run; move it, then: sluice run --resume ${shellQuote(directory)}`,
    );
  }
  for (const name of waiting) {
    const path = join(directory, name);
    namingFile(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      renameSync(join(folder, name), path);
    });
  }
  for (const name of Object.keys(old)) if (!Object.hasOwn(next.files, name)) removeFile(join(directory, name));
  flushDirectory(directory);
  namingFile(join(directory, LIST), () => renameSync(join(folder, LIST), join(directory, LIST)));
  flushDirectory(directory);
  removeIfEmpty(join(folder, PLOTS));
  removeIfEmpty(join(directory, PLOTS));
  removeReplacement(directory);
}
