import type { NetworkShape } from "../config/shape.js";
import { expectFinite, expectShape, sizeOf, type Tensor } from "../tensors/tensor.js";
import { type Convention, type Part, type TensorSpec, tensorSpecs } from "./conventions.js";
import { unsupportedCell } from "./conversion.js";

/** Tensors by name. */
export type StateDict = Record<string, Tensor>;

/** Calls `visit` with the index of each element of a part, in the parameters and in the tensor. */
function eachElement(part: Part, visit: (parameter: number, element: number) => void): void {
  for (let r = 0; r < part.rows; r++) {
    for (let c = 0; c < part.columns; c++) {
      visit(part.start + r * part.stride + c, part.at + r * part.rowStep + c * part.columnStep);
    }
  }
}

function expectCell({ cell }: NetworkShape, convention: Convention): void {
  const reason = unsupportedCell(cell, convention);
  if (reason) throw new RangeError(`convention "${convention}": cannot represent a ${cell} cell, because ${reason}`);
}

/**
 * Converts the parameters (or their gradients) to the tensors of a convention.
 * @throws RangeError if the convention cannot represent the cell.
 */
export function toStateDict(shape: NetworkShape, parameters: Float32Array, convention: Convention): StateDict {
  expectCell(shape, convention);
  const dict: StateDict = {};
  for (const spec of tensorSpecs(shape, convention)) {
    const data = new Float32Array(sizeOf(spec.shape));
    for (const part of spec.parts) {
      if (!part.merged) eachElement(part, (p, e) => (data[e] = parameters[p]!));
    }
    dict[spec.name] = { data, shape: spec.shape };
  }
  return dict;
}

/**
 * Checks that a state dictionary has the tensors of a convention, and returns their specs.
 * @throws TypeError for a tensor that is not a Float32Array; RangeError for a tensor that is missing, unknown, of another shape or not
 * finite, or if the convention cannot represent the cell.
 */
export function checkStateDict(
  shape: NetworkShape,
  dict: Readonly<StateDict>,
  convention: Convention,
): readonly TensorSpec[] {
  expectCell(shape, convention);
  const specs = tensorSpecs(shape, convention);
  const names = specs.map((spec) => spec.name);
  for (const name of Object.keys(dict)) {
    if (!names.includes(name)) throw new RangeError(`state dictionary: expected ${names.join(", ")}, got "${name}"`);
  }
  for (const { name, shape: size } of specs) {
    const given = dict[name];
    if (!given) throw new RangeError(`state dictionary: expected a tensor ${name} [${size.join(", ")}], got none`);
    if (!(given.data instanceof Float32Array))
      throw new TypeError(`${name}: expected a Float32Array, got another kind of data`);
    expectShape(name, given, size);
    expectFinite(name, given.data);
  }
  return specs;
}

/** Writes a checked state dictionary into `parameters`. */
export function writeParameters(
  parameters: Float32Array,
  dict: Readonly<StateDict>,
  specs: readonly TensorSpec[],
): void {
  parameters.fill(0);
  for (const { name, parts } of specs) {
    const { data } = dict[name]!;
    // a merged bias is added to the bias that was written before it
    for (const part of parts)
      eachElement(part, (p, e) => (parameters[p] = part.merged ? parameters[p]! + data[e]! : data[e]!));
  }
}
