import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type BarData, barChart } from "../src/index.js";
import { textWidth } from "../src/theme/text.js";

let document: Document;
beforeAll(async () => {
  document =
    globalThis.document ?? ((await import("linkedom")).parseHTML("<html></html>").document as unknown as Document);
});

const textsOf = (svg: SVGSVGElement, selector: string) =>
  [...svg.querySelectorAll(selector)].map((text) => text.textContent);
const number = (element: Element, name: string) => Number(element.getAttribute(name));

test("shows labels and formatted values, describes them in the desc element, and heads each group once", () => {
  const bars = [
    { group: "errors", label: "naive", value: 13.17 },
    { group: "errors", label: "network", value: 10.854 },
    { group: "biases", label: "network", value: -0.5 },
  ];
  const svg = barChart(bars, { document, title: "Errors", xLabel: "m" });
  expect(textsOf(svg, "text.label")).toEqual(["m", "naive", "network", "network"]);
  expect(textsOf(svg, "text.heading")).toEqual(["errors", "biases"]);
  expect(textsOf(svg, "text.name:not(.heading)")).toEqual(["13.2", "10.9", "−0.5"]);
  expect(svg.querySelector("desc")!.textContent).toContain("errors, network: 10.9");
});

test("bars extend from the start value to their own, smaller values to the left", () => {
  const svg = barChart(
    [
      { label: "twice", value: 2 },
      { label: "half", value: 0.5 },
    ],
    { document, logarithmic: true },
  );
  const [twice, half] = [...svg.querySelectorAll("rect.bar")] as [Element, Element];
  const from = number(svg.querySelector(".baseline")!, "x1");
  expect(number(twice, "x")).toBeCloseTo(from, 1);
  expect(number(half, "x") + number(half, "width")).toBeCloseTo(from, 1);
  expect(number(half, "width")).toBeCloseTo(number(twice, "width"), 1);
  expect([twice, half].map((bar) => bar.getAttribute("class"))).toEqual(["bar model", "bar held-out"]);
});

const value = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.constant(0));
const bar = fc.record({ label: fc.constantFrom("a", "a name of several words that wraps"), value });

test("the smallest subnormal numbers get bars of width 0", () => {
  const bars = [-5e-324, 5e-324].map((value) => ({ label: String(value), value }));
  const svg = barChart(bars, { document, width: 240 });
  expect([...svg.querySelectorAll("rect.bar")].map((rect) => number(rect, "width"))).toEqual([0, 0]);
});

test("bars and values of arbitrary numbers stay within the chart", () => {
  const charts = fc.tuple(
    fc.array(bar, { minLength: 1, maxLength: 12 }),
    fc.integer({ min: 240, max: 900 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(charts, ([bars, width, logarithmic]) => {
      const drawn = logarithmic ? bars.map((b) => ({ ...b, value: Math.abs(b.value) + 1e-6 })) : bars;
      const svg = barChart(drawn, { document, width, logarithmic });
      const height = number(svg, "height");
      for (const rect of svg.querySelectorAll("rect.bar")) {
        expect(number(rect, "x")).toBeGreaterThanOrEqual(0);
        expect(number(rect, "width")).toBeGreaterThanOrEqual(0);
        expect(number(rect, "y") + number(rect, "height")).toBeLessThan(height);
      }
      for (const text of svg.querySelectorAll("text.name"))
        expect(number(text, "x") + textWidth(text.textContent!, 12)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 60 },
  );
});

// no bars; not a number; no logarithm
test.each<[BarData[], boolean, RegExp]>([
  [[], false, /Comparison: expected at least one bar, got none/],
  [[{ label: "a", value: Number.NaN }], false, /a: expected a number, got NaN/],
  [[{ label: "a", value: 0 }], true, /a: expected a number above zero, got 0/],
])("throws for bars that cannot be drawn: %j", (bars, logarithmic, message) => {
  expect(() => barChart(bars, { document, logarithmic })).toThrow(message);
});
