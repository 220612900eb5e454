import { seasonOf } from "@sluice/pipeline";
import { expect, test } from "vitest";

test.each([
  ["month", 1, 12],
  ["month", 3, 4],
  ["day", 1, 7],
  ["day", 7, 52],
  ["second", 3600, 24],
  ["year", 1, 1],
  ["index", 1, 1],
  ["day", 5, 1],
] as const)("rows of unit %s, %i apart, have a season of %i", (unit, step, season) => {
  expect(seasonOf({ unit, step })).toBe(season);
});

test("a frequency decides before the step does", () => {
  expect(seasonOf({ unit: "day", step: 1, frequency: { unit: "business-day", every: 1 } })).toBe(5);
  expect(seasonOf({ unit: "day", step: 31, frequency: { unit: "month", every: 1, on: "end" } })).toBe(12);
  expect(seasonOf({ unit: "day", step: 92, frequency: { unit: "quarter", every: 1, on: "end" } })).toBe(4);
});
