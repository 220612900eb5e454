/** Real series: two that ship as examples, and one beside the repository that is used where it is there. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { missing, readCsv } from "../src/index.js";

const path = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const read = (name: string) => readCsv(readFileSync(path(name), "utf8"));

test.each([
  ["airline-passengers", 144, "month", "passengers"],
  ["sunspots-yearly", 309, "year", "sunspots"],
])("%s", (name, rows, unit, column) => {
  const series = read(`examples/data/${name}.csv`);
  expect(series.time).toMatchObject({ unit, step: 1 });
  expect(series.time.values).toHaveLength(rows);
  expect(series.columns.map((c) => c.name)).toEqual([column]);
  expect(missing(series).count).toBe(0);
});

const co2 = "../shared/data/co2-weekly.csv";
test.skipIf(!existsSync(path(co2)))(`co2-weekly has 59 missing weeks (skipped where ${co2} is absent)`, () => {
  const series = read(co2);
  expect(series.time).toMatchObject({ unit: "day", step: 7 });
  expect(series.time.values).toHaveLength(2284);
  expect(missing(series)).toEqual({
    count: 59,
    longest: { length: 18, from: "1964-01-25", to: "1964-05-23", column: "co2" },
  });
});
