import type { ScaleContinuousNumeric, ScaleTime } from "d3-scale";
import { textWidth } from "./text.js";
import { FONT } from "./theme.js";

export type YScale = ScaleContinuousNumeric<number, number>;
export type XScale = YScale | ScaleTime<number, number>;

/** Where an axis is marked, and how its marks are written. */
export interface Ticks<Value> {
  readonly values: Value[];
  readonly format: (value: Value) => string;
}

const plainNumber = (n: number) => String(Number(n.toPrecision(3)));
const leadingDigit = (n: number) => Number(n.toExponential()[0]);

/** Ticks of an axis that goes up, on a logarithmic one at least 24 pixels apart. */
export function yTicks(y: YScale, height: number, logarithmic: boolean): Ticks<number> {
  const count = Math.max(3, Math.round(height / 55));
  if (!logarithmic) return { values: y.ticks(count), format: y.tickFormat(count) };
  const [low, high] = y.domain() as [number, number];
  const digits = y(1) - y(2) >= 24 ? [1, 2, 5] : [1]; // of powers of ten, over more than a decade
  const values: number[] = [];
  for (const tick of y.ticks(10)) {
    if (high / low >= 10 && !digits.includes(leadingDigit(tick))) continue;
    if (values.length === 0 || y(values.at(-1)!) - y(tick) >= 24) values.push(tick);
  }
  return { values, format: plainNumber };
}

/** Ticks whose labels have room beside each other. */
export function xTicks(x: XScale, width: number): Ticks<number | Date> {
  for (let count = Math.max(2, Math.round(width / 70)); ; count--) {
    const ticks = { values: x.ticks(count), format: x.tickFormat(count) } as Ticks<number | Date>;
    if (count <= 2 || haveRoom(x, ticks)) return within(x, ticks);
  }
}

/** The same on a logarithmic axis: 1, 2 and 5 times powers of ten, or powers of ten alone. */
export function logXTicks(x: YScale): Ticks<number | Date> {
  const those = (digits: readonly number[]): Ticks<number | Date> => ({
    values: x.ticks(10).filter((tick) => digits.includes(leadingDigit(tick))),
    format: (tick) => plainNumber(Number(tick)),
  });
  const some = those([1, 2, 5]);
  return within(x, haveRoom(x, some) ? some : those([1]));
}

function edges(x: XScale, { values, format }: Ticks<number | Date>): { from: number; to: number }[] {
  return values.map((tick) => {
    const half = textWidth(format(tick), FONT) / 2;
    return { from: x(tick as number) - half, to: x(tick as number) + half };
  });
}

function haveRoom(x: XScale, ticks: Ticks<number | Date>): boolean {
  const all = edges(x, ticks);
  return all.every(({ from }, i) => i === 0 || from - all[i - 1]!.to >= 10);
}

/** Those that do not stand out of the chart. */
function within(x: XScale, ticks: Ticks<number | Date>): Ticks<number | Date> {
  const [left, right] = x.range() as [number, number];
  const all = edges(x, ticks);
  const inside = ticks.values.filter((_, i) => all[i]!.from >= left - 40 && all[i]!.to <= right + 14);
  return { ...ticks, values: inside };
}
