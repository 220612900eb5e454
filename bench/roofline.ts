import type { GrowthData } from "@sluice/viz";
import { OURS } from "./comparison.js";
import type { Results } from "./results.js";

/** Rates of the kernel and the roof: x = floating-point operations per byte read, y = GFLOP/s. */
export interface Roofline {
  readonly roof: GrowthData;
  readonly measured: readonly GrowthData[];
}

/** Of a panel of 8 rows: each weight (H,3H) is read once for 8 multiply-adds; the panels of the state and of three gates are read, too. */
const panelIntensity = (H: number) => (2 * 8 * 3 * H * H) / (4 * 3 * H * H + 4 * 8 * 4 * H);
/** Of one row: a multiply-add per weight. */
const rowIntensity = 2 / 4;

/** Operations of a forward pass over one row: recurrent weights, one input, one output. */
const rowOperations = (T: number, H: number) => T * (6 * H * H + 6 * H + 2 * H);

export function roofline({ ceiling, matmul = [], training = [], inference = [] }: Results): Roofline | undefined {
  if (!ceiling || matmul.length === 0 || training.length === 0 || inference.length === 0) return undefined;
  const { rate, bandwidth } = ceiling;
  const products = matmul.filter(({ H, B }) => B === 180 && [16, 64, 128, 256].includes(H));
  const rows = inference.filter(({ B }) => B === 1);
  const names = (sizes: readonly { readonly H: number }[]) =>
    sizes.map(({ H }, i) => (i === 0 ? `H = ${H}` : String(H)));
  // the left and right ends of the chart, and the ridge
  const intensities = [1 / 4, rate / bandwidth, 8];
  return {
    roof: {
      label: `roof: ${rate.toFixed(0)} GFLOP/s, or ${bandwidth.toFixed(0)} GB/s × intensity`,
      x: intensities,
      y: intensities.map((intensity) => Math.min(rate, bandwidth * intensity)),
    },
    measured: [
      {
        label: "forward product",
        x: products.map(({ H }) => panelIntensity(H)),
        y: products.map(({ forward }) => forward * rate),
        names: names(products),
      },
      {
        label: "training epoch",
        x: training.map(({ H }) => panelIntensity(H)),
        y: training.map(({ share }) => share * rate),
        names: names(training),
      },
      {
        label: "streaming one row",
        x: rows.map(() => rowIntensity),
        y: rows.map(({ T, H, times }) => rowOperations(T, H) / times[OURS]!.median / 1e6),
        names: names(rows),
      },
    ],
  };
}
