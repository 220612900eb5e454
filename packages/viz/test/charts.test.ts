import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import {
  approximationChart,
  type ChartOptions,
  differenceChart,
  forecastChart,
  growthChart,
  lossChart,
  reportPage,
  seriesChart,
  toSvgString,
} from "../src/index.js";
import { decimate } from "../src/layout/decimate.js";

let document: Document;
beforeAll(async () => {
  // in Node a server-side document, in a browser that of the page
  document =
    globalThis.document ?? ((await import("linkedom")).parseHTML("<html></html>").document as unknown as Document);
});

const x = Array.from({ length: 200 }, (_, t) => t);
const y = x.map((t) => 5 + 7 * t + ((t * 7919) % 23) - 11);

/** Every chart function over time or size, called with data made from one series. */
const charts: Record<string, (xs: number[], ys: number[], options: ChartOptions) => SVGSVGElement> = {
  series: (xs, ys, options) => seriesChart({ x: xs, y: ys }, options),
  difference: (xs, ys, options) => differenceChart({ x: xs, y: ys }, options),
  approximation: (xs, ys, options) =>
    approximationChart({ actual: { x: xs, y: ys }, model: { x: xs, y: ys } }, options),
  loss: (xs, ys, options) =>
    lossChart(
      { training: ys.map((v) => Math.abs(v) + 1), heldOut: { x: xs, y: ys.map((v) => Math.abs(v) + 2) } },
      options,
    ),
  forecast: (xs, ys, options) =>
    forecastChart(
      { history: { x: xs, y: ys }, forecast: { x: xs, y: ys }, intervals: [{ level: 0.8, low: ys, high: ys }] },
      options,
    ),
  growth: (xs, ys, options) =>
    growthChart(
      [
        { label: "time", x: xs.map((v) => v + 1), y: ys.map((v) => Math.abs(v) + 1) },
        { label: "memory", x: [8], y: [9] },
      ],
      options,
    ),
};
const names = Object.keys(charts);

const pathsOf = (svg: SVGSVGElement) =>
  [...svg.querySelectorAll("path.line")].map((path) => path.getAttribute("d") ?? "");

test.each(names)("%s: has an accessible name and description, and labels its axes", (name) => {
  const svg = charts[name]!(x, y, { document, title: "A title", xLabel: "t (steps)", yLabel: "level (m)" });
  expect(svg.getAttribute("role")).toBe("img");
  const ids = svg.getAttribute("aria-labelledby")!.split(" ");
  const [title, description] = ids.map((id) => [...svg.querySelectorAll("title, desc")].find((e) => e.id === id));
  expect(title!.textContent).toBe("A title");
  expect(description!.textContent!.length).toBeGreaterThan(10);
  const texts = [...svg.querySelectorAll("text")].map((text) => text.textContent);
  expect(texts).toContain("t (steps)");
  expect(texts).toContain("level (m)");
});

test.each(names)("%s: finite data result in finite paths", (name) => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 240, max: 1400 }),
      (values, width) => {
        const svg = charts[name]!(
          values.map((_, i) => i),
          values,
          { document, width },
        );
        const text = toSvgString(svg).replace(/<(title|desc|style|text)[^>]*>[^<]*/g, "");
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
      },
    ),
    { numRuns: 60 },
  );
});

test("NaN interrupts the line", () => {
  const [path] = pathsOf(seriesChart({ x: [0, 1, 2, 3, 4], y: [1, 2, Number.NaN, 4, 5] }, { document }));
  expect(path!.match(/M/g)).toHaveLength(2);
});

test("domain selects from ≤ x < to", () => {
  const [path] = pathsOf(approximationChart({ actual: { x, y }, model: { x, y } }, { document, domain: [75, 125] }));
  expect(path!.match(/[ML]/g)).toHaveLength(50);
});

test("a date axis has calendar ticks in UTC", () => {
  const dates = [1949, 1953, 1957, 1961].map((year) => new Date(Date.UTC(year, 0)));
  const svg = seriesChart({ x: dates, y: [1, 2, 3, 4] }, { document });
  const ticks = [...svg.querySelectorAll(".axis.x .tick text")].map((text) => text.textContent);
  expect(ticks).toContain("1950");
});

test("100,000 points are reduced to those that can be seen, outliers included", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => i);
  const values = many.map((i) => Math.sin(i / 300) + (i === 50_000 ? 9 : 0));
  const svg = seriesChart({ x: many, y: values }, { document });
  expect(pathsOf(svg)[0]!.length).toBeLessThan(60_000);
  const kept = decimate(
    many.map((at, i) => ({ x: at, y: values[i]! })),
    700,
  );
  expect(kept.length).toBeLessThanOrEqual(700 * 5);
  expect(kept.some(({ y: v }) => v > 7)).toBe(true); // keeps a single outlier
});

// in the middle of the axis; at the top, where both labels would be beyond it; at the bottom
test.each([10, 20, 0.01])("labels of rules near %f do not overlap", (level) => {
  const rules = [
    { label: "naive", value: level },
    { label: "drift", value: level * 1.005 },
  ];
  const svg = lossChart({ training: [20, 12, 9, 8], rules }, { document });
  const at = [...svg.querySelectorAll("text.name")].map((text) => Number(text.getAttribute("y")));
  expect(at).toHaveLength(2);
  expect(Math.abs(at[0]! - at[1]!)).toBeGreaterThanOrEqual(14);
});

// one decade; five; a narrow chart, where only powers of ten fit
test.each([
  [10, 720],
  [1e5, 720],
  [1e5, 240],
])("a power law up to %d is a straight line on axes with ticks, %d pixels wide", (end, width) => {
  const sizes = [1, end ** 0.3, end ** 0.7, end];
  const svg = growthChart([{ label: "quadratic", x: sizes, y: sizes.map((n) => 3 * n * n) }], { document, width });
  const [first, ...others] = pathsOf(svg)[0]!
    .slice(1)
    .split("L")
    .map((point) => point.split(",").map(Number) as [number, number]);
  const slopes = others.map(([px, py]) => (py - first![1]) / (px - first![0]));
  for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0]!, 2);
  expect(svg.querySelectorAll("circle.dot")).toHaveLength(4);
  for (const axis of ["x", "y"]) expect(svg.querySelectorAll(`.axis.${axis} .tick`).length).toBeGreaterThan(1);
});

test("growthChart throws for values that have no logarithm and for more lines than it has colors", () => {
  const line = { label: "time", x: [1, 2], y: [3, 0] };
  expect(() => growthChart([line], { document })).toThrow(/time, y: expected numbers above zero, got 0/);
  expect(() => growthChart(Array(4).fill({ ...line, y: [3, 4] }), { document })).toThrow(/at most 3 lines, got 4/);
});

test("guides are lines without dots; points are named where names fit, first and last points first", () => {
  const guides = [{ label: "roof", x: [0.1, 10, 1000], y: [1, 100, 100] }];
  const apart = { label: "far", x: [1, 30, 900], y: [2, 9, 50], names: ["H = 1", "2", "3"] };
  const close = {
    label: "near",
    x: [400, 401, 402, 404],
    y: [4, 4, 4, 4],
    names: ["left", "hidden", "hidden", "right"],
  };
  const svg = growthChart([apart, close], { document, guides });
  expect(svg.querySelectorAll("path.line.reference")).toHaveLength(1);
  expect(svg.querySelectorAll("circle.dot")).toHaveLength(7);
  const found = [...svg.querySelectorAll("text.name")].map((text) => text.textContent);
  for (const name of ["H = 1", "2", "3", "left", "right"]) expect(found).toContain(name);
  expect(() => growthChart([apart], { document, guides: [{ label: "roof", x: [0], y: [1] }] })).toThrow(
    /roof, x: expected/,
  );
});

test("throws for data that cannot be drawn", () => {
  expect(() => seriesChart({ x: [], y: [] }, { document, title: "Empty" })).toThrow(
    /Empty: expected at least one value/,
  );
  expect(() => seriesChart({ x: [1, 2], y: [1] }, { document })).toThrow(
    /expected as many x as y values, got 2 and 1/,
  );
  expect(() => seriesChart({ x: [1], y: [1] }, { document, width: 100 })).toThrow(/width: expected at least 240/);
});

test("a report is one page without scripts or external resources, with its text escaped", () => {
  const chart = toSvgString(seriesChart({ x, y }, { document }));
  const html = reportPage({
    title: "<b>R&D</b>",
    tiles: [{ label: "loss", value: "1.5" }],
    warnings: ["59 values are missing"],
    sections: [
      {
        heading: "Errors",
        table: { head: ["", "RMSE"], rows: [["naive", "2"]], best: 0 },
        figures: [{ wide: chart, narrow: chart }],
      },
    ],
  });
  expect(html).toContain("&lt;b&gt;R&amp;D&lt;/b&gt;");
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  expect(html.match(/<svg/g)).toHaveLength(2);
});
