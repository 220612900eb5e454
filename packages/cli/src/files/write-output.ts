import { realpathSync, statSync, writeFileSync } from "node:fs";
import { namingFile } from "../errors/file-error.js";
import { UsageError } from "../errors/usage-error.js";
import type { Output } from "../terminal/output.js";
import { entryAt } from "./entry-at.js";
import { writeAtomically } from "./write-atomically.js";

/** A command's text and the JSON that describes it. */
export interface TextOutput {
  /** The file to write, "-" for stdout. */
  readonly out: string;
  readonly text: string;
  /** The number of rows of the text. */
  readonly rows: number;
  readonly json: () => object;
}

/** Writes a command's text to a file or to stdout. With --json, stdout gets the object. */
export function writeOutput({ out, text, rows, json }: TextOutput, output: Output): void {
  if (out !== "-") writeFile(out, text);
  output.data(out === "-" ? text : "", json);
  if (out !== "-") output.message(`${rows} rows written to ${out}`);
}

/**
 * Writes a file that the user named: a regular file whole or not at all, a device or a pipe as it is. A link stays a link, and
 * its target is written.
 * @throws UsageError for an empty path; FileError for a path that cannot be written.
 */
export function writeFile(path: string, text: string): void {
  if (path === "") throw new UsageError('--out: expected a file, or "-" for stdout, got an empty path');
  namingFile(path, () => {
    const target = statSync(path, { throwIfNoEntry: false });
    const isLink = entryAt(path)?.isSymbolicLink();
    if (target ? target.isFile() : !isLink) writeAtomically(target ? realpathSync(path) : path, text);
    else writeFileSync(path, text);
  });
}
