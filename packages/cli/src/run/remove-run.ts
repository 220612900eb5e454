import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { namingFile } from "../errors/file-error.js";
import { hasPlots } from "./directory.js";
import { LIST, PLOTS, TEMPORARY } from "./run-list.js";

/** Removes files of a run, its list last, and the folder of its charts if it is empty then. Other files stay. */
export function removeFiles(directory: string, names: readonly string[]): void {
  for (const name of names) {
    if (name.startsWith(`${PLOTS}/`) && !hasPlots(directory)) continue;
    removeFile(join(directory, name));
  }
  removeFile(join(directory, TEMPORARY));
  removeFile(join(directory, LIST));
  if (hasPlots(directory)) removeIfEmpty(join(directory, PLOTS));
}

export function removeFile(path: string): void {
  namingFile(path, () => rmSync(path, { force: true }));
}

export function removeIfEmpty(path: string): void {
  if (existsSync(path) && readdirSync(path).length === 0) namingFile(path, () => rmdirSync(path));
}
