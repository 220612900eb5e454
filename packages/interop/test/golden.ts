import { type Tensor, tensor } from "@sluice/model";
import { gunzipSync } from "fflate";
import { expect } from "vitest";
import { type Imported, toGru } from "../src/index.js";
import { reference } from "./reference.js";

export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
export const fromGzip = (text: string) => gunzipSync(fromBase64(text));
export const plainTensor = ({ shape, data }: Plain): Tensor => tensor(Float32Array.from(data), shape);

/** Expects max|a − b| ≤ tolerance · max|b|. */
export function expectClose(a: Tensor, b: Plain | Tensor, tolerance = 1e-5): void {
  expect(a.shape).toEqual(b.shape);
  let [difference, largest] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    difference = Math.max(difference, Math.abs(a.data[i]! - b.data[i]!));
    largest = Math.max(largest, Math.abs(b.data[i]!));
  }
  expect(difference).toBeLessThanOrEqual(tolerance * largest);
}

/** Expects the outputs of a file's network, by equations and by the model, to be those given. */
export async function expectOutputs(
  imported: Imported,
  { x, output, initialState }: { readonly x: Plain; readonly output: Plain; readonly initialState?: Plain | null },
): Promise<void> {
  const states = initialState ? { initialState: plainTensor(initialState) } : {};
  expectClose(reference(imported, plainTensor(x), states.initialState), output);
  const gru = await toGru(imported);
  expectClose(gru.forward(plainTensor(x), states).output, output);
}

/** The shapes of a state dict as text. */
export const shapesOf = ({ tensors }: Pick<Imported, "tensors">) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape.join("×")]));
