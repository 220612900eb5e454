import type { NetworkShape } from "../network/shape.js";
import { expectShape, sizeOf, type Tensor } from "../tensor.js";
import { type Convention, type Part, tensorSpecs } from "./conventions.js";
import { refusal } from "./conversion.js";

/** Tensors by name. */
export type StateDict = Record<string, Tensor>;

/** Calls `visit` with the index in the parameters and in the tensor of each element of a part. */
function eachElement(part: Part, visit: (parameter: number, element: number) => void): void {
  for (let r = 0; r < part.rows; r++) {
    for (let c = 0; c < part.columns; c++) {
      visit(part.start + r * part.stride + c, part.at + r * part.rowStep + c * part.columnStep);
    }
  }
}

function refuse(shape: NetworkShape, convention: Convention): void {
  const reason = refusal(shape.cell, convention);
  if (reason) throw new RangeError(`a ${shape.cell} cell in the convention "${convention}": impossible, ${reason}`);
}

/**
 * The parameters (or their gradients) as tensors of a convention.
 * @throws RangeError where the convention cannot name this cell's tensors, with the reason.
 */
export function toStateDict(shape: NetworkShape, parameters: Float32Array, convention: Convention): StateDict {
  refuse(shape, convention);
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
 * Writes the tensors of a convention into `parameters`.
 * @throws RangeError for a missing, unknown, misshapen or non-finite tensor, or an impossible conversion.
 */
export function fromStateDict(
  shape: NetworkShape,
  parameters: Float32Array,
  dict: Readonly<StateDict>,
  convention: Convention,
): void {
  refuse(shape, convention);
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
    const bad = given.data.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) throw new RangeError(`${name}: expected finite numbers, got ${given.data[bad]} at ${bad}`);
  }
  parameters.fill(0);
  for (const { name, parts } of specs) {
    const { data } = dict[name]!;
    // a merged bias is added to the one before it
    for (const part of parts)
      eachElement(part, (p, e) => (parameters[p] = part.merged ? parameters[p]! + data[e]! : data[e]!));
  }
}
