import type { Block } from "./arena.js";
import {
  type GruBuffers,
  type GruGradients,
  panelsOf,
  type Rows,
  type Shard,
  type StreamBuffers,
} from "./buffers.js";
import { offsetOf } from "./expect-size.js";
import type { Kernel } from "./kernel.js";
import { type Cell, type GruLayout, type GruShape, gruLayout, PANEL, SEGMENT } from "./layout.js";

const CELLS: Readonly<Record<Cell, number>> = { "reset-before": 0, "reset-after": 1, memoryless: 2 };

/** Packs the weights for `gruForward` and `headForward`: once after each update. */
export function packForward(
  kernel: Kernel,
  shape: GruShape,
  b: Pick<GruBuffers, "weights" | "head" | "packed" | "headPacked">,
): void {
  const l = gruLayout(shape);
  const weights = offsetOf("weights", b.weights, l.weights);
  kernel.call("packWeights", offsetOf("packed", b.packed, l.weights), weights, l.columns * 4, l.rows, l.columns);
  if (shape.outputSize === 0) return;
  const head = offsetOf("head", b.head, l.head);
  kernel.call(
    "packWeights",
    offsetOf("headPacked", b.headPacked, l.head),
    head,
    l.outputs * 4,
    1 + shape.hiddenSize,
    l.outputs,
  );
}

/** Packs the transposed weights for `gruBackward`: once after each update. */
export function packBackward(
  kernel: Kernel,
  shape: GruShape,
  b: Pick<GruBuffers, "weights" | "head">,
  g: GruGradients,
): void {
  const l = gruLayout(shape);
  const { hiddenSize: H, outputSize: O } = shape;
  const stateRows = offsetOf("weights", b.weights, l.weights) + (l.rows - H) * l.columns * 4;
  const transposed = offsetOf("transposed", g.transposed, l.transposed);
  for (let gate = 0; gate < 3; gate++) {
    kernel.call(
      "packTransposed",
      transposed + gate * H * 16,
      3 * H * 16,
      stateRows + gate * l.units * 4,
      l.columns * 4,
      H,
      H,
    );
  }
  if (O === 0) return;
  const head = offsetOf("head", b.head, l.head) + l.outputs * 4; // past the bias
  kernel.call(
    "packTransposed",
    offsetOf("headTransposed", g.headTransposed, l.headTransposed),
    O * 16,
    head,
    l.outputs * 4,
    H,
    O,
  );
}

/** Writes x of steps [0, steps) and the rows of ones into `inputs`, for one shard. */
export function gatherInputs(
  kernel: Kernel,
  shape: GruShape,
  b: GruBuffers,
  rows: Rows,
  shard: Shard,
  steps: number,
): void {
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  const inputs = offsetOf("inputs", b.inputs, (steps + 1) * panels * l.inputPanel);
  const bytes = l.inputPanel * 4;
  for (let i = 0; i < l.biases; i++) {
    kernel.call("fillUnit", inputs + (shape.inputSize + i) * PANEL * 4, bytes, (steps + 1) * panels, 1);
  }
  kernel.call(
    "gatherPanels",
    inputs,
    panels * bytes,
    bytes,
    rows.source.offset,
    offsetOf("starts", rows.starts, shard.first + shard.count) + shard.first * 4,
    shard.count,
    rows.stride,
    shape.inputSize,
    0,
    steps,
  );
}

/** The state before step 0 of a shard: from `rows` (one step of H features), or zero. */
export function setState(kernel: Kernel, shape: GruShape, b: GruBuffers, shard: Shard, rows?: Rows): void {
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  const offset = offsetOf("inputs", b.inputs, panels * l.inputPanel);
  const inputs = kernel.floats(b.inputs);
  for (let p = 1; p <= panels; p++) inputs.fill(0, p * l.inputPanel - l.statePanel, p * l.inputPanel);
  if (!rows) return;
  const states = offset + (l.inputPanel - l.statePanel) * 4;
  const starts = offsetOf("starts", rows.starts, shard.first + shard.count) + shard.first * 4;
  kernel.call(
    "gatherPanels",
    states,
    0,
    l.inputPanel * 4,
    rows.source.offset,
    starts,
    shard.count,
    rows.stride,
    shape.hiddenSize,
    0,
    1,
  );
}

/** Runs steps [from, to) of a shard: h[t] and gates of each step. */
export function gruForward(
  kernel: Kernel,
  shape: GruShape,
  b: GruBuffers,
  shard: Shard,
  from: number,
  to: number,
): void {
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  kernel.call(
    "gruForward",
    offsetOf("inputs", b.inputs, (to + 1) * panels * l.inputPanel),
    offsetOf("gates", b.gates, to * panels * l.gatePanel),
    offsetOf("packed", b.packed, l.weights),
    shape.inputSize,
    shape.hiddenSize,
    panels,
    CELLS[shape.cell],
    from,
    to,
  );
}

/** The head's outputs of steps [0, steps). */
export function headForward(kernel: Kernel, shape: GruShape, b: GruBuffers, shard: Shard, steps: number): void {
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  kernel.call(
    "headForward",
    offsetOf("outputs", b.outputs, steps * panels * l.outputPanel),
    statesOf(shape, b, l, panels, steps),
    l.inputPanel * 4,
    offsetOf("headPacked", b.headPacked, l.head),
    shape.hiddenSize,
    shape.outputSize,
    steps * panels,
  );
}

/**
 * sum + Σ (y − target)² of a shard, in f64: the squares of SEGMENT steps are summed by themselves, then those sums in order,
 * so a sequence may come in pieces of whole segments. Leaves scale · (y − target) in `outputs`, zero in unused rows.
 * y are the head's outputs or, without a head, the states.
 */
export function mse(
  kernel: Kernel,
  shape: GruShape,
  b: GruBuffers,
  targets: Rows,
  shard: Shard,
  steps: number,
  scale: number,
  sum = 0,
): number {
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  const to = offsetOf("outputs", b.outputs, steps * panels * l.outputPanel);
  const bytes = l.outputPanel * 4;
  const headed = shape.outputSize > 0;
  const y = headed ? to : statesOf(shape, b, l, panels, steps) + PANEL * 4;
  const yBytes = headed ? bytes : l.inputPanel * 4;
  const starts = offsetOf("starts", targets.starts, shard.first + shard.count) + shard.first * 4;
  for (let t = 0; t < steps; t += SEGMENT) {
    sum += kernel.call(
      "mse",
      to + t * panels * bytes,
      panels * bytes,
      bytes,
      y + t * panels * yBytes,
      panels * yBytes,
      yBytes,
      targets.source.offset + t * targets.stride * 4,
      starts,
      shard.count,
      targets.stride,
      targets.size,
      Math.min(SEGMENT, steps - t),
      scale,
    );
  }
  return sum;
}

/**
 * Steps to − 1, …, from backward: adds into `g.weights` and `g.head`, and carries `g.dState`. `outputs` holds the
 * gradient by the outputs. `from` is a multiple of 16, and `to` too unless it is the last step.
 */
export function gruBackward(
  kernel: Kernel,
  shape: GruShape,
  b: GruBuffers,
  g: GruGradients,
  shard: Shard,
  from: number,
  to: number,
): void {
  if (from % SEGMENT !== 0) throw new RangeError(`gruBackward from: expected a multiple of ${SEGMENT}, got ${from}`);
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  kernel.call(
    "gruBackward",
    offsetOf("gradient", g.weights, l.weights),
    offsetOf("head gradient", g.head, l.head),
    offsetOf("dState", g.dState, panels * l.statePanel),
    offsetOf("gates", b.gates, to * panels * l.gatePanel),
    offsetOf("scratch", g.scratch, panels * l.scratchPanel),
    offsetOf("inputs", b.inputs, (to + 1) * panels * l.inputPanel),
    offsetOf("outputs", b.outputs, to * panels * l.outputPanel),
    offsetOf("transposed", g.transposed, l.transposed),
    g.headTransposed.offset,
    shape.inputSize,
    shape.hiddenSize,
    shape.outputSize,
    panels,
    CELLS[shape.cell],
    from,
    to,
  );
}

/** Copies the outputs of a shard to out (steps, ·, O), and its states to hidden (steps, ·, H): from row `to.row` of `to.batch`. */
export function scatter(
  kernel: Kernel,
  shape: GruShape,
  b: GruBuffers,
  shard: Shard,
  steps: number,
  to: { readonly batch: number; readonly row: number; readonly outputs?: Block; readonly hidden?: Block },
): void {
  const l = gruLayout(shape);
  const panels = panelsOf(shard);
  const copy = (out: Block, size: number, from: number, panel: number) => {
    offsetOf("out", out, steps * to.batch * size);
    const at = out.offset + to.row * size * 4;
    kernel.call("scatterPanels", at, to.batch * size, from, panels * panel * 4, panel * 4, shard.count, size, steps);
  };
  if (to.outputs) copy(to.outputs, shape.outputSize, b.outputs.offset, l.outputPanel);
  if (to.hidden) copy(to.hidden, shape.hiddenSize, statesOf(shape, b, l, panels, steps) + PANEL * 4, l.inputPanel);
}

/** Packs the weights for `gruSteps`: once after each update. */
export function packSteps(
  kernel: Kernel,
  shape: GruShape,
  b: Pick<GruBuffers, "weights" | "head">,
  s: StreamBuffers,
): void {
  const l = gruLayout(shape);
  kernel.call(
    "packSteps",
    offsetOf("packed", s.packed, l.weights),
    offsetOf("headPacked", s.headPacked, l.head),
    offsetOf("weights", b.weights, l.weights),
    offsetOf("head", b.head, l.head),
    l.rows,
    shape.hiddenSize,
    shape.outputSize,
  );
}

/** steps of one row: x (T,I) to y (T,O) and hidden (T,H). The state stays in `vector`. */
export function gruSteps(
  kernel: Kernel,
  shape: GruShape,
  s: StreamBuffers,
  x: Block,
  y: Block,
  hidden: Block | undefined,
  steps: number,
): void {
  const l = gruLayout(shape);
  const { inputSize: I, hiddenSize: H, outputSize: O } = shape;
  kernel.call(
    "gruSteps",
    offsetOf("y", y, steps * O),
    hidden ? offsetOf("hidden", hidden, steps * H) : 0,
    offsetOf("output", s.output, l.outputs),
    offsetOf("vector", s.vector, l.vector),
    offsetOf("gates", s.gates, l.gates),
    offsetOf("x", x, steps * I),
    offsetOf("packed", s.packed, l.weights),
    offsetOf("headPacked", s.headPacked, l.head),
    I,
    H,
    O,
    CELLS[shape.cell],
    steps,
  );
}

/** The row of ones before h[0] of the first panel. */
function statesOf(shape: GruShape, b: GruBuffers, l: GruLayout, panels: number, steps: number): number {
  const inputs = offsetOf("inputs", b.inputs, (steps + 1) * panels * l.inputPanel);
  return inputs + (panels * l.inputPanel + (shape.inputSize + l.biases - 1) * PANEL) * 4;
}
