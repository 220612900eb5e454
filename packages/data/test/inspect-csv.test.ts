import { expect, test } from "vitest";
import { inspectCsv } from "../src/index.js";

test("a sound file has rows, a step, and nothing to complain of", () => {
  const found = inspectCsv("week,x\n2001-01-01,1\n2001-01-08,\n2001-01-15,3\n");
  expect(found).toMatchObject({
    rows: 3,
    columns: [{ name: "x", numbers: 2, missing: 1 }],
    time: { name: "week", unit: "day", step: 7, first: "2001-01-01", last: "2001-01-15" },
    gaps: [],
    duplicates: [],
    unsorted: [],
    badCells: [],
    ragged: [],
  });
});

test("every fault is listed with its row, not the first alone", () => {
  const rows = [
    "m,x",
    "2001-01,1",
    "2001-02,a",
    "2001-02,2",
    "2001-07,3",
    "2001-06,NaN",
    "soon,4",
    "2001-08",
    "2001-09,5",
  ];
  const found = inspectCsv(rows.join("\n"));
  expect(found.badCells).toEqual([
    { row: 3, column: "x", text: "a" },
    { row: 6, column: "x", text: "NaN" },
    { row: 7, column: "m", text: "soon" },
  ]);
  expect(found.duplicates).toEqual([{ row: 4, time: "2001-02" }]);
  expect(found.unsorted).toEqual([{ row: 6, time: "2001-06" }]);
  expect(found.ragged).toEqual([{ row: 8, cells: 1 }]);
  expect(found.gaps).toEqual([{ after: "2001-02", before: "2001-06", steps: 3 }]);
});

test("an empty file is refused", () => {
  expect(() => inspectCsv("", { file: "f.csv" })).toThrow("f.csv: expected rows of data, got an empty file");
});
