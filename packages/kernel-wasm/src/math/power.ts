/**
 * xⁿ for an integer n ≥ 0, by repeated squaring: ⌊log₂ n⌋ squares, and a product for each set bit of n, from the lowest.
 * The relative error is below n · 2⁻⁵².
 */
export function power(x: number, n: number): number {
  let result = 1;
  for (let square = x, rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
