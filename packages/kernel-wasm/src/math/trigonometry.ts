/** π/2 as the sum of four parts, from e_rem_pio2.c of fdlibm: the first three have 33 bits each, so that n · part is exact. */
const TWO_OVER_PI = 6.36619772367581382433e-1;
const PARTS = [1.57079632673412561417, 6.0771005063039659766e-11, 2.0222662487111664558e-21] as const;
const LAST = 8.47842766036889956997e-32;
/** The largest |x| for which n · part is exact. */
const LIMIT = 1048576 * (Math.PI / 2);

/** x = n π/2 + high + low, |high| ≤ π/4. */
function reduce(x: number): { n: number; high: number; low: number } {
  if (Math.abs(x) > LIMIT) throw new RangeError(`sin, cos: expected |x| of at most ${LIMIT}, got ${x}`);
  const n = Math.abs(x) <= Math.PI / 4 ? 0 : Math.floor(x * TWO_OVER_PI + 0.5);
  if (n === 0) return { n, high: x, low: 0 };
  // the rounding error of each subtraction is added to `low`
  let high = x - n * PARTS[0];
  let low = 0;
  for (const part of [PARTS[1], PARTS[2], LAST]) {
    const w = n * part;
    const next = high - w;
    low += high - next - w;
    high = next;
  }
  const sum = high + low;
  return { n, high: sum, low: high - sum + low };
}

/** sin(x + y) for |x| ≤ π/4, where y is the low part of the argument. From k_sin.c of fdlibm. */
function kernelSin(x: number, y: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    8.33333333332248946124e-3 +
    z *
      (-1.98412698298579493134e-4 +
        z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x - (z * (0.5 * y - v * r) - y - v * -1.66666666666666324348e-1);
}

/** cos(x + y) for |x| ≤ π/4, where y is the low part of the argument. From k_cos.c of FreeBSD's fdlibm. */
function kernelCos(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * 2.48015872894767294178e-5)) +
    w * w * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11));
  const half = 0.5 * z;
  const one = 1 - half;
  return one + (1 - one - half + (z * r - x * y));
}

/**
 * The sine of x radians, within 1 ulp. NaN gives NaN.
 * @throws RangeError if |x| > 2²⁰ π/2.
 */
export function sin(x: number): number {
  const { n, high, low } = reduce(x);
  const quarter = n & 3;
  const value = quarter % 2 === 0 ? kernelSin(high, low) : kernelCos(high, low);
  return quarter < 2 ? value : -value;
}

/**
 * The cosine of x radians, within 1 ulp. NaN gives NaN.
 * @throws RangeError if |x| > 2²⁰ π/2.
 */
export function cos(x: number): number {
  const { n, high, low } = reduce(x);
  const quarter = n & 3;
  const value = quarter % 2 === 0 ? kernelCos(high, low) : kernelSin(high, low);
  return quarter === 1 || quarter === 2 ? -value : value;
}
