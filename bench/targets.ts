import { ratio } from "./comparison.js";
import type { Results } from "./results.js";
import { printTable, times } from "./table.js";

/** A figure and its lowest or highest acceptable value. */
interface Target {
  readonly figure: string;
  readonly target: string;
  /** Undefined if the figure was not measured. */
  readonly measured: string | undefined;
  readonly met: boolean;
}

type Format = (value: number) => string;

/** One digit more than in other tables, so that a share just below its target does not look equal to it. */
const percent: Format = (share) => `${(share * 100).toFixed(1)} %`;

function target(
  figure: string,
  sign: "≥" | "≤" | "<",
  limit: number,
  value: number | undefined,
  format: Format,
): Target {
  const met = value !== undefined && (sign === "≥" ? value >= limit : sign === "≤" ? value <= limit : value < limit);
  return {
    figure,
    target: `${sign} ${format(limit)}`,
    measured: value === undefined ? undefined : format(value),
    met,
  };
}

/** The targets with their measured values. Targets for memory and for long runs are tests. */
function targetsOf(results: Results): Target[] {
  return [
    ...matmulTargets(results),
    ...trainingTargets(results),
    ...inferenceTargets(results),
    ...otherTargets(results),
  ];
}

function matmulTargets({ matmul }: Results): Target[] {
  const lowest = (sizes: (H: number) => boolean) => {
    const rows = matmul?.filter(({ H, B }) => sizes(H) && B === 180);
    return rows && Math.min(...rows.flatMap(({ forward, backward, gradient }) => [forward, backward, gradient]));
  };
  return [
    target(
      "lowest of the matrix products, share of the ceiling, H ≥ 64, B = 180",
      "≥",
      0.75,
      lowest((H) => H >= 64),
      percent,
    ),
    target(
      "the same, H = 16",
      "≥",
      0.62,
      lowest((H) => H === 16),
      percent,
    ),
  ];
}

function trainingTargets({ training }: Results): Target[] {
  const at = (H: number) => training?.find((epochs) => epochs.H === H);
  const share = (H: number, limit: number) =>
    target(`epoch, share of the ceiling, H = ${H}`, "≥", limit, at(H)?.share, percent);
  const against = (peer: string, H: number, limit: number) => {
    const epochs = at(H);
    return target(`epoch, ${peer} ÷ Sluice, H = ${H}`, "≥", limit, epochs && ratio(epochs, peer), times);
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

function inferenceTargets({ inference, stream }: Results): Target[] {
  const onnx = (rows: number, H: number, limit: number) => {
    const comparison = inference?.find((other) => other.B === rows && other.H === H);
    const value = comparison && ratio(comparison, "onnxruntime-web");
    return target(`inference, onnxruntime-web ÷ Sluice, B = ${rows}, H = ${H}`, "≥", limit, value, times);
  };
  const microseconds: Format = (n) => `${n.toFixed(3)} µs`;
  return [
    onnx(180, 16, 1.5),
    onnx(180, 64, 1.5),
    onnx(180, 256, 1.3),
    onnx(1, 16, 1.5),
    onnx(1, 64, 1.2),
    onnx(1, 256, 1),
    target("step at H = 16, loop in wasm", "<", 0.25, stream?.inWasm, microseconds),
    target("step at H = 16, called from JavaScript", "<", 0.6, stream?.fromJavaScript, microseconds),
  ];
}

function otherTargets({ growth, ragged, start, threads }: Results): Target[] {
  const exponent = (axis: string): Target => {
    const value = growth?.find((one) => one.axis === axis)?.timeExponent;
    return {
      figure: `exponent of an epoch's time in ${axis}`,
      target: "1.00 ± 0.05",
      measured: value?.toFixed(3),
      met: value !== undefined && Math.abs(value - 1) <= 0.05,
    };
  };
  const kib: Format = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  const highest = ragged && Math.max(...ragged.map(({ slower }) => slower));
  return [
    target("time per useful operation, ragged size ÷ multiple of 8, the highest", "≤", 1.6, highest, times),
    target("epoch, one thread ÷ two, B = 1024, H = 64", "≥", 1.7, threads?.find(({ H }) => H === 64)?.ratio, times),
    exponent("T"),
    exponent("B"),
    target("kernel wasm", "≤", 32 * 1024, start?.bytes.kernel, kib),
    target("model with its kernel, gzipped", "≤", 40 * 1024, start?.bytes.gzipped, kib),
    target("import to first training step", "≤", 18, start?.times.total.median, (n) => `${n.toFixed(1)} ms`),
  ];
}

export function printTargets(results: Results): void {
  const targets = targetsOf(results);
  const measuredOnes = targets.filter(({ measured }) => measured !== undefined);
  printTable(`targets: ${measuredOnes.filter(({ met }) => met).length} of ${measuredOnes.length} met`, [
    ["", "target", "measured", "met"],
    ...targets.map(({ figure, target: limit, measured, met }) => [
      figure,
      limit,
      measured ?? "not measured",
      measured === undefined ? "" : met ? "yes" : "NO",
    ]),
  ]);
}
