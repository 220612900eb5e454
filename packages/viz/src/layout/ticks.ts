import type { ScaleContinuousNumeric, ScaleTime } from "d3-scale";
import { textWidth } from "../theme/text.js";
import { FONT_SIZE } from "../theme/theme.js";

/** @internal */
export type NumericScale = ScaleContinuousNumeric<number, number>;
/** @internal */
export type XScale = NumericScale | ScaleTime<number, number>;

/**
 * The tick values of an axis and the format of their labels.
 * @internal
 */
export interface Ticks<Value extends number | Date> {
  readonly values: Value[];
  readonly format: (value: Value) => string;
}

const plainNumber = (n: number) => String(Number(n.toPrecision(3)));
const leadingDigit = (n: number) => Number(n.toExponential()[0]);

/**
 * Ticks of a y axis `height` pixels high; on a logarithmic axis at least 24 pixels apart.
 * @internal
 */
export function yTicks(y: NumericScale, height: number, logarithmic: boolean): Ticks<number> {
  const count = Math.max(3, Math.round(height / 55));
  if (!logarithmic) return { values: y.ticks(count), format: y.tickFormat(count) };
  const [low, high] = y.domain() as [number, number];
  // over more than a decade, these digits times powers of ten
  const digits = y(1) - y(2) >= 24 ? [1, 2, 5] : [1];
  const values: number[] = [];
  for (const tick of y.ticks(10)) {
    if (high / low >= 10 && !digits.includes(leadingDigit(tick))) continue;
    if (values.length === 0 || y(values.at(-1)!) - y(tick) >= 24) values.push(tick);
  }
  return { values, format: plainNumber };
}

/**
 * Ticks of an x axis `width` pixels wide, as many as have labels that do not overlap.
 * @internal
 */
export function xTicks(x: XScale, width: number): Ticks<number | Date> {
  for (let count = Math.max(2, Math.round(width / 70)); ; count--) {
    const ticks = { values: x.ticks(count), format: x.tickFormat(count) } as Ticks<number | Date>;
    if (count <= 2 || labelsFit(x, ticks)) return withinChart(x, ticks);
  }
}

/**
 * Ticks of a logarithmic x axis: 1, 2 and 5 times powers of ten, or only powers of ten.
 * @internal
 */
export function logXTicks(x: NumericScale): Ticks<number | Date> {
  const ticksOf = (digits: readonly number[]): Ticks<number | Date> => ({
    values: x.ticks(10).filter((tick) => digits.includes(leadingDigit(tick))),
    format: (tick) => plainNumber(Number(tick)),
  });
  const dense = ticksOf([1, 2, 5]);
  return withinChart(x, labelsFit(x, dense) ? dense : ticksOf([1]));
}

/** The left and right edges of the tick labels, in pixels. */
function labelEdges(x: XScale, { values, format }: Ticks<number | Date>): { left: number; right: number }[] {
  return values.map((tick) => {
    const half = textWidth(format(tick), FONT_SIZE) / 2;
    return { left: x(tick) - half, right: x(tick) + half };
  });
}

function labelsFit(x: XScale, ticks: Ticks<number | Date>): boolean {
  const edges = labelEdges(x, ticks);
  return edges.every(({ left }, i) => i === 0 || left - edges[i - 1]!.right >= 10);
}

/** The ticks whose labels do not extend beyond the chart. */
function withinChart(x: XScale, ticks: Ticks<number | Date>): Ticks<number | Date> {
  const [left, right] = x.range() as [number, number];
  const edges = labelEdges(x, ticks);
  const values = ticks.values.filter((_, i) => edges[i]!.left >= left - 40 && edges[i]!.right <= right + 14);
  return { ...ticks, values };
}
