import { ratio } from "./comparison.js";
import type { Results } from "./results.js";
import { printTable, times } from "./table.js";

/** A figure and the least or the most it may be. */
interface Bar {
  readonly figure: string;
  readonly bar: string;
  /** Undefined where its part did not run. */
  readonly measured: string | undefined;
  readonly met: boolean;
}

type Format = (value: number) => string;

/** Finer than in the other tables: a share just under its bar shall look so. */
const percent: Format = (share) => `${(share * 100).toFixed(1)} %`;

function bar(figure: string, sign: "≥" | "≤" | "<", limit: number, value: number | undefined, format: Format): Bar {
  const met = value !== undefined && (sign === "≥" ? value >= limit : sign === "≤" ? value <= limit : value < limit);
  return { figure, bar: `${sign} ${format(limit)}`, measured: value === undefined ? undefined : format(value), met };
}

/** What must hold, with what was measured. Memory and long runs are held by tests. */
export function barsOf(results: Results): Bar[] {
  return [...matmulBars(results), ...trainingBars(results), ...inferenceBars(results), ...otherBars(results)];
}

function matmulBars({ matmul }: Results): Bar[] {
  const lowest = (sizes: (H: number) => boolean) => {
    const rows = matmul?.filter(({ H, B }) => sizes(H) && B === 180);
    return rows && Math.min(...rows.flatMap(({ forward, backward, gradient }) => [forward, backward, gradient]));
  };
  return [
    bar(
      "matmul of the ceiling, H ≥ 64, B = 180, the lowest",
      "≥",
      0.75,
      lowest((H) => H >= 64),
      percent,
    ),
    bar(
      "the same, H = 16",
      "≥",
      0.62,
      lowest((H) => H === 16),
      percent,
    ),
  ];
}

function trainingBars({ training }: Results): Bar[] {
  const at = (H: number) => training?.find((epochs) => epochs.H === H);
  const share = (H: number, limit: number) =>
    bar(`epoch of the ceiling, H = ${H}`, "≥", limit, at(H)?.share, percent);
  const against = (peer: string, H: number, limit: number) => {
    const epochs = at(H);
    return bar(`epoch, ${peer} ÷ ours, H = ${H}`, "≥", limit, epochs && ratio(epochs, peer), times);
  };
  return [
    share(16, 0.4),
    share(64, 0.58),
    share(256, 0.68),
    against("PyTorch nn.GRU", 16, 2.8),
    against("PyTorch nn.GRU", 32, 1.3),
    against("PyTorch nn.GRU", 64, 0.7),
    against("PyTorch nn.GRU", 128, 1 / 2.3),
    against("PyTorch nn.GRU", 256, 1 / 3),
    against("PyTorch, notebook's code", 16, 4.2),
    against("TensorFlow.js wasm", 16, 25),
    against("TensorFlow.js wasm", 256, 12),
  ];
}

function inferenceBars({ inference, stream }: Results): Bar[] {
  const onnx = (rows: number, H: number, limit: number) => {
    const comparison = inference?.find((other) => other.B === rows && other.H === H);
    const value = comparison && ratio(comparison, "onnxruntime-web");
    return bar(`inference, onnxruntime-web ÷ ours, B = ${rows}, H = ${H}`, "≥", limit, value, times);
  };
  const microseconds: Format = (n) => `${n.toFixed(3)} µs`;
  return [
    onnx(180, 16, 1.5),
    onnx(180, 64, 1.5),
    onnx(180, 256, 1.3),
    onnx(1, 16, 1.5),
    onnx(1, 64, 1.2),
    onnx(1, 256, 1),
    bar("a step at H = 16, in a loop in wasm", "<", 0.25, stream?.inWasm, microseconds),
    bar("a step at H = 16, from JavaScript", "<", 0.6, stream?.fromJavaScript, microseconds),
  ];
}

function otherBars({ growth, ragged, start, threads }: Results): Bar[] {
  const exponent = (axis: string): Bar => {
    const value = growth?.find((one) => one.axis === axis)?.timeExponent;
    return {
      figure: `exponent of an epoch's time in ${axis}`,
      bar: "1.00 ± 0.05",
      measured: value?.toFixed(3),
      met: value !== undefined && Math.abs(value - 1) <= 0.05,
    };
  };
  const kib: Format = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  const slowest = ragged && Math.max(...ragged.map(({ slower }) => slower));
  return [
    bar("ragged sizes slower than whole ones, the worst", "≤", 1.6, slowest, times),
    bar("epoch on two threads, B = 1024, H = 64", "≥", 1.7, threads?.find(({ H }) => H === 64)?.ratio, times),
    exponent("T"),
    exponent("B"),
    bar("kernel wasm", "≤", 32 * 1024, start?.bytes.kernel, kib),
    bar("model with its kernel, gzipped", "≤", 30 * 1024, start?.bytes.gzipped, kib),
    bar("import to first training step", "≤", 15, start?.times.total.median, (n) => `${n.toFixed(1)} ms`),
  ];
}

export function printBars(results: Results): void {
  const bars = barsOf(results);
  const ran = bars.filter(({ measured }) => measured !== undefined);
  printTable(`bars: ${ran.filter(({ met }) => met).length} of ${ran.length} met`, [
    ["", "bar", "measured", "met"],
    ...bars.map(({ figure, bar: wanted, measured, met }) => [
      figure,
      wanted,
      measured ?? "not run",
      measured === undefined ? "" : met ? "yes" : "NO",
    ]),
  ]);
}
