import { layerLayout, randomWords } from "@sluice/kernel-wasm";
import { Random } from "@sluice/kernel-wasm/math";
import type { Init } from "../config/config.js";
import { type NetworkShape, parameterLayout } from "../config/shape.js";
import { type TensorSpec, tensorSpecs } from "../formats/conventions.js";
import type { Network } from "./network.js";

/** The random stream of the initial weights. */
const STREAM = 0;

/** Writes the initial weights, drawn in the notebook's order of tensors, layer by layer, each row by row. */
export function initialize(network: Network, seed: number, init: Init): void {
  network.borrow(() => {
    const random = new Random(seed, STREAM, randomWords(network.kernel));
    const parameters = network.kernel.floats(network.parameters); // a view, so after the last allocation
    drawWeights(network.shape, parameters, random, init);
  });
}

function drawWeights(shape: NetworkShape, parameters: Float32Array, random: Random, init: Init): void {
  /** Uniform on [−limit, limit), from 32 random bits. */
  const symmetric = (limit: number) => (random.uint32() / 0x80000000 - 1) * limit;
  const { hiddenSize: H } = shape;
  const scale = 1 / Math.sqrt(H);
  parameters.fill(0);
  /** Rows of the current track's recurrent weights, the three gates side by side. */
  let recurrent: Float64Array[] = [];

  for (const spec of tensorSpecs(shape, "notebook")) {
    const [kind, gate] = [spec.name.slice(0, 3), "rzh".indexOf(spec.name[3] ?? "")];
    if (spec.name === "initial_state") continue;
    if (init === "glorot-orthogonal" && kind === "W_x" && gate === 0) recurrent = orthonormalRows(H, 3 * H, random);
    if (init === "uniform-scaled") fill(parameters, spec, () => symmetric(scale));
    else if (kind.startsWith("b_")) continue;
    else if (init === "uniform") fill(parameters, spec, () => symmetric(1));
    else if (kind === "W_h" && gate >= 0) fill(parameters, spec, (r, c) => recurrent[r]![gate * H + c]!);
    else {
      // Glorot & Bengio 2010; in Keras the three gates are one matrix
      const wide = kind === "W_x" ? 3 : 1;
      const limit = Math.sqrt(6 / (spec.shape[0]! + wide * spec.shape[1]!));
      fill(parameters, spec, () => symmetric(limit));
    }
  }
  if (init !== "uniform-scaled" || shape.cell !== "reset-after" || !shape.bias) return;
  // the second bias of reset-after, which the notebook does not have
  for (const { start, shape: track } of parameterLayout(shape).tracks) {
    const { columns, units } = layerLayout(track);
    const second = start + (track.inputSize + 1) * columns;
    for (let gate = 0; gate < 3; gate++) {
      for (let j = 0; j < H; j++) parameters[second + gate * units + j] = symmetric(scale);
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

/** Orthonormal rows (Saxe et al. 2014) from normal draws, by modified Gram–Schmidt, applied twice. */
function orthonormalRows(count: number, size: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < count) {
    const v = Float64Array.from({ length: size }, () => random.normal());
    for (const u of [...rows, ...rows]) {
      const projection = inner(u, v);
      for (let i = 0; i < size; i++) v[i] = v[i]! - projection * u[i]!;
    }
    const length = Math.sqrt(inner(v, v));
    if (length > 1e-6) rows.push(v.map((value) => value / length)); // otherwise nearly in the span of the other rows: draw again
  }
  return rows;
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
