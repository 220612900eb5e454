/** A place in hundredths of a pixel: more digits make files longer, and no picture finer. */
export const pixels = (n: number) => Math.round(n * 100) / 100;
