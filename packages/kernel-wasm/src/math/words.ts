/** Reads and writes the two 32-bit halves of a double, independently of the machine's byte order. */
const view = new DataView(new ArrayBuffer(8));

/** Sign, exponent and the 20 highest bits of the fraction. */
export function highWord(x: number): number {
  view.setFloat64(0, x);
  return view.getInt32(0);
}

/** x with its high word replaced. */
export function withHighWord(x: number, high: number): number {
  view.setFloat64(0, x);
  view.setInt32(0, high);
  return view.getFloat64(0);
}

/** x · 2^k: exact, except for overflow and for denormal results, which are rounded once. */
export function scaled(x: number, k: number): number {
  if (k > 1023) return scaled(x * 8.98846567431158e307, k - 1023);
  if (k < -1022) return scaled(x * POWER_MINUS_969, k + 969);
  return x * withHighWord(1, (1023 + k) << 20);
}

/** 2⁻⁹⁶⁹ */
const POWER_MINUS_969 = 2.004168360008973e-292;
