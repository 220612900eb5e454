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
