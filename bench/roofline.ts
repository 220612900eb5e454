import type { GrowthData } from "@sluice/viz";
import { OURS } from "./comparison.js";
import type { Results } from "./results.js";

/** What the kernel reaches, and the roof over it: x = floating-point operations a byte read, y = GFLOP/s. */
export interface Roofline {
  readonly roof: GrowthData;
  readonly measured: readonly GrowthData[];
}

/** For a panel of 8 rows: the state's weights (H,3H), 8 products and sums each, and the panels of the state and of three gates. */
const panelIntensity = (H: number) => (2 * 8 * 3 * H * H) / (4 * 3 * H * H + 4 * 8 * 4 * H);
/** For one row: a product and a sum for each weight. */
const rowIntensity = 2 / 4;

/** The forward pass over one row: the weights of the state, of one input and of one output. */
const rowOperations = (T: number, H: number) => T * (6 * H * H + 6 * H + 2 * H);

export function roofline({ ceiling, matmul = [], training = [], inference = [] }: Results): Roofline | undefined {
  if (!ceiling || matmul.length === 0 || training.length === 0 || inference.length === 0) return undefined;
  const { rate, bandwidth } = ceiling;
  const products = matmul.filter(({ H, B }) => B === 180 && [16, 64, 128, 256].includes(H));
  const rows = inference.filter(({ B }) => B === 1);
  const names = (sizes: readonly { readonly H: number }[]) =>
    sizes.map(({ H }, i) => (i === 0 ? `H = ${H}` : String(H)));
  // around all that was measured, with the ridge between
  const intensities = [1 / 4, rate / bandwidth, 8];
  return {
    roof: {
      label: `roof: ${rate.toFixed(0)} GFLOP/s, or ${bandwidth.toFixed(0)} GB/s × intensity`,
      x: intensities,
      y: intensities.map((intensity) => Math.min(rate, bandwidth * intensity)),
    },
    measured: [
      {
        label: "forward matmul",
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
