import { type Gru, type Tensor, tensor } from "@sluice/model";
import { expectArray, expectObject, expectShape, parseJson } from "./json.js";
import { ModelFileError, messageOf, unreadable } from "./model-file-error.js";

/** Inputs with the outputs of a network that starts in a zero state. A file that contains one can be checked on loading. */
export interface Example {
  /** (T,B,I) */
  readonly x: Tensor;
  /** The result of `forward(x).output`. */
  readonly output: Tensor;
}

/**
 * The metadata key of an example, in formats with text metadata.
 * @internal
 */
export const EXAMPLE_KEY = "sluice.example";

/**
 * Encodes an example as JSON; f32 numbers survive it exactly.
 * @internal
 */
export function encodeExample({ x, output }: Example): string {
  const plain = ({ shape, data }: Tensor) => ({ shape, data: [...data] });
  return JSON.stringify({ x: plain(x), output: plain(output) });
}

/**
 * @throws ModelFileError for text that is not an example.
 * @internal
 */
export function decodeExample(text: string): Example {
  const { x, output } = expectObject("example", parseJson("example", text));
  return { x: decodeTensor("example x", x), output: decodeTensor("example output", output) };
}

function decodeTensor(name: string, value: unknown): Tensor {
  const object = expectObject(name, value);
  const shape = expectShape(`${name}: shape`, object["shape"]);
  const data = expectArray(`${name}: data`, object["data"]);
  const size = shape.reduce((product, n) => product * n, 1);
  if (data.length !== size) unreadable(`${name}: data`, `${size} numbers`, data.length);
  const isNumbers = (values: readonly unknown[]): values is readonly number[] =>
    values.every((n) => typeof n === "number");
  if (!isNumbers(data)) return unreadable(`${name}: data`, "numbers", "other values");
  return tensor(Float32Array.from(data), shape);
}

/**
 * Runs an example and compares the outputs.
 * @throws ModelFileError if an output differs by more than `tolerance` times the largest one.
 */
export function checkExample(gru: Gru, { x, output }: Example, tolerance = 1e-5): void {
  const actual = gru.predict(x);
  if (String(actual.shape) !== String(output.shape))
    mismatch(`outputs [${output.shape.join(", ")}]`, `[${actual.shape.join(", ")}]`);
  let [largest, difference] = [0, 0];
  for (let i = 0; i < output.data.length; i++) {
    largest = Math.max(largest, Math.abs(output.data[i]!));
    difference = Math.max(difference, Math.abs(actual.data[i]! - output.data[i]!));
  }
  if (!(difference <= tolerance * largest))
    mismatch(`outputs within ${tolerance * largest} of the file's`, `a difference of ${difference}`);
}

function mismatch(expected: string, got: string): never {
  throw new ModelFileError("mismatch", messageOf("example", expected, got));
}
