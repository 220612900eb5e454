import { type GruShape, gruLayout } from "@sluice/kernel-wasm";
import { Random } from "@sluice/kernel-wasm/math";
import type { Init } from "./config.js";
import { type TensorSpec, tensorSpecs } from "./conventions.js";

/** The generator's stream that initial weights draw from. */
const STREAM = 0;

/** Writes initial weights; the draws follow the notebook's order of tensors, each row by row. */
export function initialize(shape: GruShape, parameters: Float32Array, seed: number, init: Init): void {
  const random = new Random(seed, STREAM);
  /** On [−limit, limit), of 32 random bits: more than an f32 holds. */
  const symmetric = (limit: number) => (random.uint32() / 0x80000000 - 1) * limit;
  const { hiddenSize: H } = shape;
  parameters.fill(0);
  const recurrent = init === "glorot-orthogonal" ? orthonormalRows(H, 3 * H, random) : [];
  const gates = ["W_hr", "W_hz", "W_hh"];

  for (const spec of tensorSpecs(shape, "notebook")) {
    const bias = spec.name.startsWith("b_");
    if (init === "uniform-scaled") fill(parameters, spec, () => symmetric(1 / Math.sqrt(H)));
    else if (bias) continue;
    else if (init === "uniform") fill(parameters, spec, () => symmetric(1));
    else if (gates.includes(spec.name)) {
      const first = gates.indexOf(spec.name) * H;
      fill(parameters, spec, (r, c) => recurrent[r]![first + c]!);
    } else {
      // Glorot & Bengio 2010; Keras takes the three gates as one matrix
      const wide = spec.name === "W_hq" ? 1 : 3;
      const limit = Math.sqrt(6 / (spec.shape[0]! + wide * spec.shape[1]!));
      fill(parameters, spec, () => symmetric(limit));
    }
  }
  if (init === "uniform-scaled" && shape.cell === "reset-after") {
    // the second bias, which the notebook does not have
    const { columns, units } = gruLayout(shape);
    const second = (shape.inputSize + 1) * columns;
    for (let gate = 0; gate < 3; gate++) {
      for (let j = 0; j < H; j++) parameters[second + gate * units + j] = symmetric(1 / Math.sqrt(H));
    }
  }
}

function fill(parameters: Float32Array, { parts }: TensorSpec, draw: (row: number, column: number) => number): void {
  for (const { start, rows, columns, stride } of parts) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) parameters[start + r * stride + c] = draw(r, c);
    }
  }
}

/** Orthonormal rows from normal draws, by modified Gram–Schmidt done twice (Saxe et al. 2014). */
function orthonormalRows(count: number, size: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < count) {
    const v = Float64Array.from({ length: size }, () => random.normal());
    for (const u of [...rows, ...rows]) {
      const along = inner(u, v);
      for (let i = 0; i < size; i++) v[i] = v[i]! - along * u[i]!;
    }
    const length = Math.sqrt(inner(v, v));
    if (length > 1e-6) rows.push(v.map((value) => value / length)); // else nearly in the span of the others: draw again
  }
  return rows;
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
