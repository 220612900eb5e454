import { type Cell, headLayout, layerLayout } from "@sluice/kernel-wasm";
import { type NetworkShape, parameterLayout, type Track } from "../network/shape.js";

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
export function defaultConvention(cell: Cell): Convention {
  return cell === "reset-after" ? "pytorch" : "notebook";
}

/** Column positions of the gates in the kernel's weights. */
const R = 0;
const Z = 1;
const N = 2;

/** What a tensor's name ends in: nothing for the first layer forward, else as PyTorch's do. */
const suffixOf = ({ layer, index }: Track, directions: number) => {
  const reverse = index % directions === 1 ? "_reverse" : "";
  return layer === 0 && !reverse ? "" : `_l${layer}${reverse}`;
};

/**
 * Every tensor of a network in a convention, in the convention's usual order. Tensors of further layers and directions end in
 * `_l1`, `_l0_reverse` and so on; ONNX holds both directions of a layer in one tensor.
 */
export function tensorSpecs(shape: NetworkShape, convention: Convention): readonly TensorSpec[] {
  const layout = parameterLayout(shape);
  const directions = layout.tracks.length / shape.layers;
  const specs = layout.tracks.flatMap((track) => {
    if (convention === "notebook") return notebookTensors(shape, track, suffixOf(track, directions));
    if (convention === "pytorch") return pytorchTensors(shape, track, suffixOf(track, directions) || "_l0");
    if (convention === "keras") return kerasTensors(shape, track, suffixOf(track, directions));
    return [];
  });
  if (convention === "onnx") {
    for (let layer = 0; layer < shape.layers; layer++) {
      const tracks = layout.tracks.slice(layer * directions, (layer + 1) * directions);
      specs.push(...onnxTensors(shape, tracks, layer === 0 ? "" : `_l${layer}`));
    }
  }
  if (shape.outputSize > 0) specs.push(...headTensors(shape, convention));
  if (shape.learnInitialState) {
    const { tracks, stateStart, units } = layout;
    const { hiddenSize: H } = shape;
    const part = {
      start: stateStart,
      rows: tracks.length,
      columns: H,
      stride: units,
      at: 0,
      rowStep: H,
      columnStep: 1,
    };
    specs.push({ name: "initial_state", shape: [tracks.length, H], parts: [part] });
  }
  return specs;
}

/** The rectangles of a track's weights, gate by gate. */
function rectangles({ shape, start }: Track) {
  const { inputSize: I, hiddenSize: H } = shape;
  const { columns, units, biases } = layerLayout(shape);
  /** Rows [row, row + rows) of one gate. */
  const gate = (g: number, row: number, rows: number, at: number, rowStep: number, columnStep: number): Part => ({
    start: start + row * columns + g * units,
    rows,
    columns: H,
    stride: columns,
    at,
    rowStep,
    columnStep,
  });
  return {
    I,
    H,
    biases,
    /** The first row of x, of the biases, of h. */
    x: 0,
    bias: I,
    h: I + biases,
    gate,
    /** Rows of several gates side by side (`x·W`, shape (rows, 3H)) or one below the other (`x·Wᵀ`, shape (3H, rows)). */
    beside: (order: readonly number[], row: number, rows: number, at = 0) =>
      order.map((g, i) => gate(g, row, rows, at + i * H, 3 * H, 1)),
    below: (order: readonly number[], row: number, rows: number, at = 0) =>
      order.map((g, i) => gate(g, row, rows, at + i * H * rows, 1, rows)),
  };
}

function notebookTensors({ bias: biased }: NetworkShape, track: Track, suffix: string): TensorSpec[] {
  const { I, H, x, bias, h, gate } = rectangles(track);
  const gates = [
    ["r", R],
    ["z", Z],
    ["h", N],
  ] as const;
  return gates.flatMap(([name, g]) => [
    { name: `W_x${name}${suffix}`, shape: [I, H], parts: [gate(g, x, I, 0, H, 1)] },
    { name: `W_h${name}${suffix}`, shape: [H, H], parts: [gate(g, h, H, 0, H, 1)] },
    ...(biased ? [{ name: `b_${name}${suffix}`, shape: [1, H], parts: [gate(g, bias, 1, 0, H, 1)] }] : []),
  ]);
}

function pytorchTensors({ bias: biased }: NetworkShape, track: Track, suffix: string): TensorSpec[] {
  const { I, H, x, bias, h, below } = rectangles(track);
  const order = [R, Z, N];
  const specs: TensorSpec[] = [
    { name: `gru.weight_ih${suffix}`, shape: [3 * H, I], parts: below(order, x, I) },
    { name: `gru.weight_hh${suffix}`, shape: [3 * H, H], parts: below(order, h, H) },
  ];
  if (biased) {
    specs.push({ name: `gru.bias_ih${suffix}`, shape: [3 * H], parts: below(order, bias, 1) });
    specs.push({ name: `gru.bias_hh${suffix}`, shape: [3 * H], parts: below(order, bias + 1, 1) });
  }
  return specs;
}

function kerasTensors({ bias: biased }: NetworkShape, track: Track, suffix: string): TensorSpec[] {
  const { I, H, biases, x, bias, h, beside } = rectangles(track);
  const order = [Z, R, N];
  const specs: TensorSpec[] = [
    { name: `gru.kernel${suffix}`, shape: [I, 3 * H], parts: beside(order, x, I) },
    { name: `gru.recurrent_kernel${suffix}`, shape: [H, 3 * H], parts: beside(order, h, H) },
  ];
  if (biased) {
    const parts = beside(order, bias, biases);
    specs.push({ name: `gru.bias${suffix}`, shape: biases === 2 ? [2, 3 * H] : [3 * H], parts });
  }
  return specs;
}

function onnxTensors({ bias: biased }: NetworkShape, tracks: readonly Track[], suffix: string): TensorSpec[] {
  const order = [Z, R, N];
  const D = tracks.length;
  const { I, H } = rectangles(tracks[0]!);
  const each = (parts: (track: ReturnType<typeof rectangles>, d: number) => readonly Part[]) =>
    tracks.flatMap((track, d) => parts(rectangles(track), d));
  const specs: TensorSpec[] = [
    { name: `W${suffix}`, shape: [D, 3 * H, I], parts: each((t, d) => t.below(order, t.x, I, d * 3 * H * I)) },
    { name: `R${suffix}`, shape: [D, 3 * H, H], parts: each((t, d) => t.below(order, t.h, H, d * 3 * H * H)) },
  ];
  if (biased) {
    const parts = each((t, d) => {
      const first = t.below(order, t.bias, 1, d * 6 * H);
      const second = t.below(order, t.bias + t.biases - 1, 1, d * 6 * H + 3 * H);
      return [...first, ...(t.biases === 2 ? second : second.map((part) => ({ ...part, merged: true })))];
    });
    specs.push({ name: `B${suffix}`, shape: [D, 6 * H], parts });
  }
  return specs;
}

function headTensors(shape: NetworkShape, convention: Convention): TensorSpec[] {
  const { head, headStart } = parameterLayout(shape);
  const { features: F, outputSize: O } = head;
  const { outputs: stride } = headLayout(head);
  const part = (row: number, rows: number, rowStep: number, columnStep: number): Part => ({
    start: headStart + row * stride,
    rows,
    columns: O,
    stride,
    at: 0,
    rowStep,
    columnStep,
  });
  const [across, along, bias] = [part(1, F, O, 1), part(1, F, 1, F), part(0, 1, O, 1)];
  if (convention === "notebook") {
    return [
      { name: "W_hq", shape: [F, O], parts: [across] },
      { name: "b_q", shape: [1, O], parts: [bias] },
    ];
  }
  if (convention === "keras") {
    return [
      { name: "head.kernel", shape: [F, O], parts: [across] },
      { name: "head.bias", shape: [O], parts: [bias] },
    ];
  }
  return [
    { name: "head.weight", shape: [O, F], parts: [along] },
    { name: "head.bias", shape: [O], parts: [bias] },
  ];
}
