import { type Cell, headLayout, layerLayout } from "@sluice/kernel-wasm";
import { type NetworkShape, parameterLayout, type Track } from "../config/shape.js";

/** The conventions for names and shapes. */
export const CONVENTIONS = ["notebook", "pytorch", "keras", "onnx"] as const;

/**
 * The names and shapes of a state dictionary's tensors.
 *
 * | | gates | input weights | bias | applied as |
 * |---|---|---|---|---|
 * | notebook | r, z, h in separate tensors | W_xr (I,H) | b_r (1,H) | x·W |
 * | pytorch | r, z, n | gru.weight_ih_l0 (3H,I) | gru.bias_ih_l0, gru.bias_hh_l0 (3H) | x·Wᵀ |
 * | keras | z, r, h | gru.kernel (I,3H) | gru.bias (2,3H), or (3H) for reset-before | x·W |
 * | onnx | z, r, h | W (1,3H,I) | B (1,6H): Wb, Rb | x·Wᵀ |
 */
export type Convention = (typeof CONVENTIONS)[number];

/**
 * A rectangle of the parameters and its position in a tensor: the parameter (row, column) at
 * start + row · stride + column is the tensor's element at + row · rowStep + column · columnStep.
 */
export interface Part {
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly at: number;
  readonly rowStep: number;
  readonly columnStep: number;
  /** Whether this is a second bias that the cell adds to its first: added when reading, written as zero. */
  readonly merged?: boolean;
}

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly parts: readonly Part[];
}

/** The default convention of a cell. */
export function defaultConvention(cell: Cell): Convention {
  return cell === "reset-after" ? "pytorch" : "notebook";
}

/** The order of the gates in the columns of the kernel's weights. */
const R = 0;
const Z = 1;
const N = 2;

/** The suffix of a tensor's name: empty for the first layer forward, else that of PyTorch. */
const suffixOf = ({ layer, index }: Track, directions: number) => {
  const reverse = index % directions === 1 ? "_reverse" : "";
  return layer === 0 && !reverse ? "" : `_l${layer}${reverse}`;
};

/**
 * All tensors of a network in a convention, in the convention's usual order. The names of further layers and directions end in
 * `_l1`, `_l0_reverse` and so on; ONNX stores both directions of a layer in one tensor.
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
      for (const spec of onnxTensors(shape, tracks, layer === 0 ? "" : `_l${layer}`)) specs.push(spec);
    }
  }
  if (shape.outputSize > 0) for (const spec of headTensors(shape, convention)) specs.push(spec);
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

/** Builds the parts of a track's weights, one per gate. */
function partsOf({ shape, start }: Track) {
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
    /** The first rows of the weights of x, of the biases, and of the weights of h. */
    x: 0,
    bias: I,
    h: I + biases,
    gate,
    /** The gates side by side, (rows, 3H), for x·W. */
    beside: (order: readonly number[], row: number, rows: number, at = 0) =>
      order.map((g, i) => gate(g, row, rows, at + i * H, 3 * H, 1)),
    /** The gates one below the other, (3H, rows), for x·Wᵀ. */
    stacked: (order: readonly number[], row: number, rows: number, at = 0) =>
      order.map((g, i) => gate(g, row, rows, at + i * H * rows, 1, rows)),
  };
}

function notebookTensors({ bias: biased }: NetworkShape, track: Track, suffix: string): TensorSpec[] {
  const { I, H, x, bias, h, gate } = partsOf(track);
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
  const { I, H, x, bias, h, stacked } = partsOf(track);
  const order = [R, Z, N];
  const specs: TensorSpec[] = [
    { name: `gru.weight_ih${suffix}`, shape: [3 * H, I], parts: stacked(order, x, I) },
    { name: `gru.weight_hh${suffix}`, shape: [3 * H, H], parts: stacked(order, h, H) },
  ];
  if (biased) {
    specs.push({ name: `gru.bias_ih${suffix}`, shape: [3 * H], parts: stacked(order, bias, 1) });
    specs.push({ name: `gru.bias_hh${suffix}`, shape: [3 * H], parts: stacked(order, bias + 1, 1) });
  }
  return specs;
}

function kerasTensors({ bias: biased }: NetworkShape, track: Track, suffix: string): TensorSpec[] {
  const { I, H, biases, x, bias, h, beside } = partsOf(track);
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
  const { I, H } = partsOf(tracks[0]!);
  const each = (parts: (track: ReturnType<typeof partsOf>, d: number) => readonly Part[]) =>
    tracks.flatMap((track, d) => parts(partsOf(track), d));
  const specs: TensorSpec[] = [
    { name: `W${suffix}`, shape: [D, 3 * H, I], parts: each((t, d) => t.stacked(order, t.x, I, d * 3 * H * I)) },
    { name: `R${suffix}`, shape: [D, 3 * H, H], parts: each((t, d) => t.stacked(order, t.h, H, d * 3 * H * H)) },
  ];
  if (biased) {
    const parts = each((t, d) => {
      const first = t.stacked(order, t.bias, 1, d * 6 * H);
      const second = t.stacked(order, t.bias + t.biases - 1, 1, d * 6 * H + 3 * H);
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
