import { type Gru, type Tensor, tensor } from "@sluice/model";
import { refuse } from "./refuse.js";

/** Inputs and the outputs that belong to them, from a zero state. A file that carries one can be checked on loading. */
export interface Example {
  /** (T,B,I) */
  readonly x: Tensor;
  /** What `forward(x).output` gives. */
  readonly output: Tensor;
}

/** The key under which files with a place for text carry an example. */
export const EXAMPLE_KEY = "sluice.example";

/** An example as JSON; f32 numbers come back to the bit. */
export function encodeExample({ x, output }: Example): string {
  const plain = ({ shape, data }: Tensor) => ({ shape, data: [...data] });
  return JSON.stringify({ x: plain(x), output: plain(output) });
}

/** @throws RangeError for text that is no example. */
export function decodeExample(text: string): Example {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RangeError("example: expected JSON, got text that does not parse", { cause });
  }
  const { x, output } = (value ?? {}) as { x?: unknown; output?: unknown };
  return { x: plainTensor("example x", x), output: plainTensor("example output", output) };
}

function plainTensor(name: string, value: unknown): Tensor {
  const { shape, data } = (value ?? {}) as { shape?: unknown; data?: unknown };
  if (!Array.isArray(shape) || !Array.isArray(data) || !data.every((n) => typeof n === "number"))
    refuse(name, "a shape and numbers", typeof value);
  return tensor(Float32Array.from(data), shape);
}

/**
 * Runs an example.
 * @throws RangeError where an output differs by more than `tolerance` times the largest.
 */
export function checkExample(gru: Gru, { x, output }: Example, tolerance = 1e-5): void {
  const got = gru.predict(x);
  if (String(got.shape) !== String(output.shape))
    refuse("example", `outputs [${output.shape.join(", ")}]`, `[${got.shape.join(", ")}]`);
  let [largest, difference] = [0, 0];
  for (let i = 0; i < output.data.length; i++) {
    largest = Math.max(largest, Math.abs(output.data[i]!));
    difference = Math.max(difference, Math.abs(got.data[i]! - output.data[i]!));
  }
  if (!(difference <= tolerance * largest))
    refuse("example", `outputs within ${tolerance * largest} of the file's own`, `a difference of ${difference}`);
}
