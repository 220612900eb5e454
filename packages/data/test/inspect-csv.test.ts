import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, inspectCsv, readCsv } from "../src/index.js";

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

test("the columns are those that reading finds, whatever the first row holds", () => {
  const text = "id;m;x;y;place\n3;2001-01;;1,5;\n1;2001-02;4;;north\n2;2001-03;5;2,5;south\n";
  const found = inspectCsv(text, { decimal: "," });
  const series = readCsv(text, { decimal: "," });
  expect(found.columns.map(({ name }) => name)).toEqual(series.columns.map(({ name }) => name));
  expect(found.columns).toEqual([
    { name: "id", numbers: 3, missing: 0 },
    { name: "x", numbers: 2, missing: 1 },
    { name: "y", numbers: 2, missing: 1 },
  ]);
  expect(found.time).toMatchObject({ name: "m", unit: "month", first: "2001-01", last: "2001-03" });
});

test("rows without a header or times are counted from 0", () => {
  const found = inspectCsv("3,10\n1,20\n,\n2,30\n");
  expect(found.rows).toBe(4);
  expect(found.columns).toEqual([
    { name: "1", numbers: 3, missing: 1 },
    { name: "2", numbers: 3, missing: 1 },
  ]);
  expect(found.time).toEqual({ name: "row", unit: "index", step: 1, first: "0", last: "3" });
  expect(found.unsorted).toEqual([]);
});

test("times that count something else than the first are bad cells, and four digits go on counting", () => {
  const mixed = inspectCsv("m,x\n2001-01,1\n2001-02,2\n2001-03-01,3\n2001-04,4\n");
  expect(mixed.badCells).toEqual([{ row: 4, column: "m", text: "2001-03-01" }]);
  expect(mixed.time).toMatchObject({ unit: "month", first: "2001-01", last: "2001-04" });
  expect(mixed.gaps).toEqual([{ after: "2001-02", before: "2001-04", steps: 1 }]);
  const count = inspectCsv("t,x\n998,1\n999,2\n1000,3\n1001,4\n");
  expect(count).toMatchObject({ badCells: [], gaps: [], time: { unit: "index", first: "998", last: "1001" } });
});

test("rows of empty cells are no rows where there are times", () => {
  expect(inspectCsv("year,x\n2001,1\n,\n2002,2\n,\n")).toMatchObject({ rows: 2, badCells: [], ragged: [] });
});

test.each([
  ["an empty file", "", {}, "f.csv: expected rows of data, got an empty file"],
  ["a header alone", "m,x\n", {}, "f.csv: expected rows of data, got a header alone"],
  ["a missing column", "m,x\n2001-01,1\n", { columns: ["y"] }, 'f.csv: no column "y"; there are "m", "x"'],
  ["no numbers", "m,x\n2001-01,north\n", {}, "f.csv: expected a column of numbers, but columns m, x hold none"],
  ["a quote that does not end", 'm,x\n2001-01,"1\n', {}, "f.csv, row 2: expected quotes in pairs"],
])("refused: %s", (_, text, options, message) => {
  expect(() => inspectCsv(text, { ...options, file: "f.csv" })).toThrow(DataError);
  expect(() => inspectCsv(text, { ...options, file: "f.csv" })).toThrow(message);
});

test("what has no fault is read, and a bad cell is refused", () => {
  const cell = fc.constantFrom("1", "2.5", "", "x");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), cell), { minLength: 1, maxLength: 8 }), (rows) => {
      const lines = rows.map(([month, value]) => `2001-${String(month).padStart(2, "0")},${value}`);
      const text = `m,x\n${lines.join("\n")}\n`;
      const options = { time: "m", columns: ["x"] };
      const { badCells, duplicates, unsorted } = inspectCsv(text, options);
      const read = () => readCsv(text, { ...options, frequency: "row" });
      if (badCells.length > 0) expect(read).toThrow(DataError);
      else if (duplicates.length + unsorted.length === 0)
        expect(read().lines!.length).toBeLessThanOrEqual(rows.length);
    }),
  );
});
