/**
 * A coordinate rounded to hundredths of a pixel: further digits lengthen the file without a visible effect.
 * @internal
 */
export const pixels = (n: number) => Math.round(n * 100) / 100;
