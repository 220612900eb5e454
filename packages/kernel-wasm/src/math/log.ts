import { highWord, withHighWord } from "./words.js";

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const L1 = 6.66666666666673513e-1;
const L2 = 3.999999999940941908e-1;
const L3 = 2.857142874366239149e-1;
const L4 = 2.222219843214978396e-1;
const L5 = 1.818357216161805012e-1;
const L6 = 1.531383769920937332e-1;
const L7 = 1.479819860511658591e-1;

/**
 * The natural logarithm within 1 ulp. From e_log.c of fdlibm: x = 2^k (1 + f) with √½ < 1 + f < √2, s = f / (2 + f),
 * log(1 + f) = f − (f²/2 − s (f²/2 + R(s²))).
 */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k = -54; // denormal: scaled up first
    x *= 18014398509481984;
  }
  const high = highWord(x);
  k += (high >> 20) - 1023;
  const fraction = high & 0xfffff;
  const half = (fraction + 0x95f64) & 0x100000; // set if 1 + f would exceed √2
  const f = withHighWord(x, fraction | (half ^ 0x3ff00000)) - 1;
  k += half >> 20;

  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const R = w * (L2 + w * (L4 + w * L6)) + z * (L1 + w * (L3 + w * (L5 + w * L7)));
  const square = 0.5 * f * f;
  return k * LN2_HIGH - (square - (s * (square + R) + k * LN2_LOW) - f);
}
