/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const MAX_EXACT = Number.MAX_SAFE_INTEGER;

const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;

/**
 * The plain decimal number in bytes [from, to): sign, digits, at most one decimal point, exponent. NaN for anything else.
 * The result equals `Number(text)`: a mantissa below 2⁵³ times or divided by a power of ten up to 10²² is rounded once
 * (Clinger, "How to read floating point numbers accurately", 1990); anything longer goes through `Number`.
 */
export function parseDecimal(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let byte = bytes[at]!;
  const negative = byte === MINUS;
  if (negative || byte === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  const first = at;
  for (; at < to; at++) {
    byte = bytes[at]! - ZERO;
    if (byte < 0 || byte > 9) break;
    mantissa = mantissa * 10 + byte;
  }
  digits = at - first;
  if (at < to && bytes[at] === DOT) {
    const fraction = ++at;
    for (; at < to; at++) {
      byte = bytes[at]! - ZERO;
      if (byte < 0 || byte > 9) break;
      mantissa = mantissa * 10 + byte;
    }
    scale = fraction - at;
    digits -= scale;
  }
  if (digits === 0) return Number.NaN;
  if (at < to) {
    if ((bytes[at]! | 32) !== 101) return Number.NaN; // e or E
    const sign = bytes[++at];
    if (sign === MINUS || sign === PLUS) at++;
    let exponent = 0;
    if (at >= to) return Number.NaN;
    for (; at < to; at++) {
      byte = bytes[at]! - ZERO;
      if (byte < 0 || byte > 9) return Number.NaN;
      if (exponent < 100_000) exponent = exponent * 10 + byte;
    }
    scale += sign === MINUS ? -exponent : exponent;
  }
  if (mantissa > MAX_EXACT || scale < -22 || scale > 22) return Number(latin1(bytes, from, to));
  const value = scale < 0 ? mantissa / POWERS[-scale]! : mantissa * POWERS[scale]!;
  return negative ? -value : value;
}

/** Bytes as text, each byte one character. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
