/** Positions on the x axis: numbers, or UTC dates. */
export type Positions = ArrayLike<number> | readonly Date[];

/** A line through the points (x[i], y[i]); NaN in y interrupts it. */
export interface LineData {
  readonly x: Positions;
  readonly y: ArrayLike<number>;
}

/** @internal */
export const isDates = (x: Positions): x is readonly Date[] => x.length > 0 && x[0] instanceof Date;
