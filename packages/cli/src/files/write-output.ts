import type { Output } from "../terminal/output.js";
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
  if (out !== "-") writeAtomically(out, text);
  output.data(out === "-" ? text : "", json);
  if (out !== "-") output.message(`${rows} rows written to ${out}`);
}
