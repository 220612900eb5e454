import { type GruShape, gruLayout } from "@sluice/kernel-wasm";

/**
 * Whose names and shapes a state dictionary has.
 *
 * | | gates | input weights | bias | applied as |
 * |---|---|---|---|---|
 * | notebook | r, z, h each by itself | W_xr (I,H) | b_r (1,H) | x·W |
 * | pytorch | r, z, n | gru.weight_ih_l0 (3H,I) | gru.bias_ih_l0, gru.bias_hh_l0 (3H) | x·Wᵀ |
 * | keras | z, r, h | gru.kernel (I,3H) | gru.bias (2,3H), or (3H) for reset-before | x·W |
 * | onnx | z, r, h | W (1,3H,I) | B (1,6H): Wb, Rb | x·Wᵀ |
 */
export type Convention = "notebook" | "pytorch" | "keras" | "onnx";

/**
 * A rectangle of the parameters and its place in a tensor: parameter element (row, column) at
 * start + row · stride + column is tensor element at + row · rowStep + column · columnStep.
 */
export interface Part {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly at: number;
  readonly rowStep: number;
  readonly columnStep: number;
  /** Added on reading, written as zero: a second bias that the cell merges with its first. */
  readonly merged?: boolean;
}

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parts: readonly Part[];
}

/** The convention in which a cell's tensors are named where nothing else is asked. */
export function defaultConvention(cell: GruShape["cell"]): Convention {
  return cell === "reset-after" ? "pytorch" : "notebook";
}

/** Column positions of the gates in the kernel's weights. */
const R = 0;
const Z = 1;
const N = 2;

/** Every tensor of a network in a convention, in the convention's usual order. */
export function tensorSpecs(shape: GruShape, convention: Convention): readonly TensorSpec[] {
  const { inputSize: I, hiddenSize: H, outputSize: O } = shape;
  const { columns, units, biases, weights, outputs } = gruLayout(shape);
  const x = 0;
  const bias = I;
  const h = I + biases;

  /** Rows [row, row + rows) of one gate. */
  const gate = (g: number, row: number, rows: number, at: number, rowStep: number, columnStep: number): Part => ({
    start: row * columns + g * units,
    rows,
    columns: H,
    stride: columns,
    at,
    rowStep,
    columnStep,
  });
  /** Rows of several gates side by side (`x·W`, shape (rows, 3H)) or one below the other (`x·Wᵀ`, shape (3H, rows)). */
  const beside = (order: readonly number[], row: number, rows: number, at = 0) =>
    order.map((g, i) => gate(g, row, rows, at + i * H, 3 * H, 1));
  const below = (order: readonly number[], row: number, rows: number, at = 0) =>
    order.map((g, i) => gate(g, row, rows, at + i * H * rows, 1, rows));
  const head = (row: number, rows: number, rowStep: number, columnStep: number): Part => ({
    start: weights + row * outputs,
    rows,
    columns: O,
    stride: outputs,
    at: 0,
    rowStep,
    columnStep,
  });

  const specs: TensorSpec[] = [];
  const add = (name: string, size: readonly number[], parts: readonly Part[]) =>
    specs.push({ name, shape: size, parts });

  if (convention === "notebook") {
    for (const [name, g] of [
      ["r", R],
      ["z", Z],
      ["h", N],
    ] as const) {
      add(`W_x${name}`, [I, H], [gate(g, x, I, 0, H, 1)]);
      add(`W_h${name}`, [H, H], [gate(g, h, H, 0, H, 1)]);
      add(`b_${name}`, [1, H], [gate(g, bias, 1, 0, H, 1)]);
    }
    if (O > 0) {
      add("W_hq", [H, O], [head(1, H, O, 1)]);
      add("b_q", [1, O], [head(0, 1, O, 1)]);
    }
  } else if (convention === "pytorch") {
    const order = [R, Z, N];
    add("gru.weight_ih_l0", [3 * H, I], below(order, x, I));
    add("gru.weight_hh_l0", [3 * H, H], below(order, h, H));
    add("gru.bias_ih_l0", [3 * H], below(order, bias, 1));
    add("gru.bias_hh_l0", [3 * H], below(order, bias + 1, 1));
    if (O > 0) {
      add("head.weight", [O, H], [head(1, H, 1, H)]);
      add("head.bias", [O], [head(0, 1, 1, 1)]);
    }
  } else if (convention === "keras") {
    const order = [Z, R, N];
    add("gru.kernel", [I, 3 * H], beside(order, x, I));
    add("gru.recurrent_kernel", [H, 3 * H], beside(order, h, H));
    add("gru.bias", biases === 2 ? [2, 3 * H] : [3 * H], beside(order, bias, biases));
    if (O > 0) {
      add("head.kernel", [H, O], [head(1, H, O, 1)]);
      add("head.bias", [O], [head(0, 1, O, 1)]);
    }
  } else {
    const order = [Z, R, N];
    add("W", [1, 3 * H, I], below(order, x, I));
    add("R", [1, 3 * H, H], below(order, h, H));
    const first = below(order, bias, 1);
    const second = below(order, bias + biases - 1, 1, 3 * H);
    add("B", [1, 6 * H], [...first, ...(biases === 2 ? second : second.map((part) => ({ ...part, merged: true })))]);
    if (O > 0) {
      add("head.weight", [O, H], [head(1, H, 1, H)]);
      add("head.bias", [O], [head(0, 1, 1, 1)]);
    }
  }
  return specs;
}
