import { exp, log } from "@sluice/kernel-wasm/math";

/** log(1 + x), exact for small x, too. Source: Kahan, in the HP-15C Advanced Functions Handbook (1982). */
export function log1p(x: number): number {
  const u = 1 + x;
  return u === 1 ? x : (log(u) * x) / (u - 1);
}

/** exp(y) − 1, exact for small y, too; the same source. */
export function expm1(y: number): number {
  const u = exp(y);
  if (u === 1) return y;
  const difference = u - 1;
  return difference === -1 || !Number.isFinite(u) ? difference : (difference * y) / log(u);
}

/** (x^lambda − 1) / lambda, log(x) for lambda 0. Source: Box and Cox, "An Analysis of Transformations" (1964). */
export function boxCox(x: number, lambda: number): number {
  return lambda === 0 ? log(x) : expm1(lambda * log(x)) / lambda;
}

/** The inverse of `boxCox`; 0 below its range for a positive lambda, infinite above it for a negative one. */
export function invertBoxCox(y: number, lambda: number): number {
  if (lambda === 0) return exp(y);
  const base = lambda * y;
  if (base <= -1) return lambda > 0 ? 0 : Number.POSITIVE_INFINITY;
  return exp(log1p(base) / lambda);
}

/** The power transform of values of any sign. Source: Yeo and Johnson, "A new family of power transformations" (2000). */
export function yeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return lambda === 0 ? log1p(x) : expm1(lambda * log1p(x)) / lambda;
  const mirrored = 2 - lambda;
  return mirrored === 0 ? -log1p(-x) : -expm1(mirrored * log1p(-x)) / mirrored;
}

/** The inverse of `yeoJohnson`; infinite outside its range. */
export function invertYeoJohnson(y: number, lambda: number): number {
  if (y >= 0) return invertPart(y, lambda);
  return -invertPart(-y, 2 - lambda);
}

function invertPart(y: number, lambda: number): number {
  if (lambda === 0) return expm1(y);
  const base = lambda * y;
  return base <= -1 ? Number.POSITIVE_INFINITY : expm1(log1p(base) / lambda);
}

/** Lambdas are searched in −1 … 2, in hundredths. */
const RANGES = [25, 5, 1] as const;
const LOWEST = -100;
const HIGHEST = 200;

/** The lambda, in hundredths, under which the transformed values are most likely to be normal. */
export function chooseLambda(kind: "box-cox" | "yeo-johnson", values: Float64Array): number {
  // the logarithm of the transform's slope, summed: (lambda − 1) times this
  const slope = values.reduce((sum, x) => sum + (kind === "box-cox" ? log(x) : x < 0 ? -log1p(-x) : log1p(x)), 0);
  const transform = kind === "box-cox" ? boxCox : yeoJohnson;
  const likelihood = (hundredths: number) => {
    const lambda = hundredths / 100;
    const transformed = values.map((x) => transform(x, lambda));
    const mean = transformed.reduce((sum, y) => sum + y, 0) / values.length;
    const variance = transformed.reduce((sum, y) => sum + (y - mean) * (y - mean), 0) / values.length;
    return (-values.length / 2) * log(variance) + (lambda - 1) * slope;
  };
  let best = 100;
  let reach = HIGHEST - LOWEST;
  for (const step of RANGES) {
    const from = Math.max(LOWEST, best - reach);
    const to = Math.min(HIGHEST, best + reach);
    let most = Number.NEGATIVE_INFINITY;
    let found = best;
    for (let hundredths = from; hundredths <= to; hundredths += step) {
      const value = likelihood(hundredths);
      if (value > most) {
        most = value;
        found = hundredths;
      }
    }
    best = found;
    reach = step;
  }
  return best / 100;
}
