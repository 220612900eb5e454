import fc from "fast-check";
import { expect, test } from "vitest";
import { type CsvOptions, DataError, readCsv, readCsvStream } from "../src/index.js";

const values = (text: string, options?: CsvOptions) => readCsv(text, options).columns.map((c) => [...c.values]);

test("a header names the columns; the first column that reads as times is the time", () => {
  const series = readCsv("month,passengers,price\n1949-01,112,1.5\n1949-02,118,\n", { name: "air" });
  expect(series.name).toBe("air");
  expect(series.time).toMatchObject({ name: "month", unit: "month", step: 1 });
  expect([...series.time.values]).toEqual([-252, -251]);
  expect(series.columns.map(({ name }) => name)).toEqual(["passengers", "price"]);
  expect([...series.columns[1]!.values]).toEqual([1.5, Number.NaN]); // an empty cell is missing
  expect([...series.lines!]).toEqual([2, 3]);
});

test("without a header columns are numbered from 1, without times rows are counted", () => {
  const series = readCsv("3.5,10\n1.5,20\n2.5,30\n");
  expect(series.columns.map(({ name }) => name)).toEqual(["1", "2"]);
  expect(series.time).toMatchObject({ name: "row", unit: "index" });
  expect([...series.time.values]).toEqual([0, 1, 2]);
  expect(values("1\n2\n3\n", { header: false })).toEqual([[1, 2, 3]]);
});

test("columns are chosen by name or number, and words are no columns", () => {
  const text = "year,place,a,b\n2001,north,1,4\n2002,south,2,5\n";
  expect(readCsv(text).columns.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(values(text, { columns: ["b"] })).toEqual([[4, 5]]);
  expect(values(text, { columns: [2, "b"], time: 0 })).toEqual([
    [1, 2],
    [4, 5],
  ]);
});

test.each([
  ["semicolons", "year;x\n2001;1\n2002;2\n"],
  ["tabs", "year\tx\n2001\t1\n2002\t2\n"],
  ["bars", "year|x\n2001|1\n2002|2\n"],
  ["a byte order mark", "\ufeffyear,x\n2001,1\n2002,2\n"],
  ["CRLF", "year,x\r\n2001,1\r\n2002,2\r\n"],
  ["blank lines and spaces", "year, x\n\n2001, 1\n\n2002, 2"],
  ["quotes", '"year","x"\n"2001","1"\n"2002","2"\n'],
])("%s are understood", (_, text) => {
  const series = readCsv(text);
  expect([...series.time.values]).toEqual([2001, 2002]);
  expect(series.columns.map(({ name }) => name)).toEqual(["x"]);
  expect([...series.columns[0]!.values]).toEqual([1, 2]);
});

test("decimal commas, on request", () => {
  expect(values("year;x\n2001;1,5\n2002;-2,25\n", { decimal: "," })).toEqual([[1.5, -2.25]]);
  expect(() => readCsv("year;x\n2001;1\n2002;1,5\n2003;2\n")).toThrow(
    /row 3, column "x": expected a number, got "1,5"; are its commas decimal marks\?/,
  );
});

test("quoted cells hold delimiters, quotes and line breaks, and rows keep their lines", () => {
  const text = 'note,year,x\n"a, ""b""\nc",2001,1\nd,2002,oops\ne,2003,2\n';
  expect(() => readCsv(text)).toThrow(/row 4, column "x": expected a number, got "oops"/);
});

test.each([
  ["2001\n2002\n2003", "year", [2001, 2002, 2003]],
  ["2001-12\n2002-01\n2002-02", "month", [383, 384, 385]],
  ["1969-12-31\n1970-01-01\n1970-01-08", "day", [-1, 0, 7]],
  ["1970-01-01T00:00Z\n1970-01-01 00:01\n1970-01-01T01:00:30+01:00", "second", [0, 60, 30].sort((a, b) => a - b)],
  ["5\n6\n9", "index", [5, 6, 9]],
] as const)("times %j count %ss", (times, unit, expected) => {
  const rows = times.split("\n");
  const sorted = unit === "second" ? [rows[0]!, rows[2]!, rows[1]!] : rows;
  const { time } = readCsv(`t,x\n${sorted.map((t, i) => `${t},${i}.5`).join("\n")}`);
  expect(time.unit).toBe(unit);
  expect([...time.values]).toEqual(expected);
});

test.each([
  ["a missing column", "year,a\n2001,1\n", { columns: ["b"] }, 'f.csv: no column "b"; there are "year", "a"'],
  [
    "text",
    "year,a\n2001,1\n2002,n/a\n2003,3\n",
    {},
    'f.csv, row 3, column "a": expected a number, got "n/a"; correct the cell, or leave it empty for a missing value',
  ],
  [
    "NaN",
    "year,a\n2001,1\n2002,NaN\n2003,3\n",
    {},
    'f.csv, row 3, column "a": expected a number, got "NaN"; correct',
  ],
  [
    "infinity",
    "year,a\n2001,1\n2002,1e999\n2003,3\n",
    {},
    'f.csv, row 3, column "a": expected a number, got "1e999"',
  ],
  [
    "the same time twice",
    "year,a\n2001,1\n2001,2\n",
    {},
    'f.csv, row 3, column "year": expected a time after 2001, got "2001": the same time again',
  ],
  [
    "an earlier time",
    "m,a\n2001-02,1\n2001-01,2\n",
    {},
    'f.csv, row 3, column "m": expected a time after 2001-02, got "2001-01": an earlier time; sort',
  ],
  [
    "another kind of time",
    "m,a\n2001-02,1\n2001-03,1\n2001-04-01,2\n",
    {},
    'f.csv, row 4, column "m": expected a time that counts months',
  ],
  [
    "a time that is none",
    "m,a\n2001-02,1\n2001-03,1\n2001-14,2\n",
    {},
    'f.csv, row 4, column "m": expected a time such as',
  ],
  ["a short row", "year,a\n2001,1\n2002\n", {}, "f.csv, row 3: expected 2 cells, got 1; check delimiter and quotes"],
  ["a quote that does not end", 'year,a\n2001,"1\n2002,2\n', {}, "f.csv, row 2: expected quotes in pairs"],
  ["an empty file", "", {}, "f.csv: expected rows of data, got an empty file"],
  ["a header alone", "year,a\n", {}, "f.csv: expected rows of data, got a header alone"],
  [
    "no numbers",
    "name,place\nann,north\n",
    {},
    "f.csv: expected a column of numbers, but columns name, place hold none",
  ],
])("refused: %s", (_, text, options, message) => {
  expect(() => readCsv(text, { ...options, file: "f.csv" })).toThrow(DataError);
  expect(() => readCsv(text, { ...options, file: "f.csv" })).toThrow(message);
});

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<string> {
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield text.slice(at, at + size);
    at += size;
  }
}

test("a stream gives the series of the whole text, wherever its chunks are cut", async () => {
  const note = fc.string({ maxLength: 6 }).map((s) => `"${s.replaceAll('"', '""').replaceAll("\r", "")}"`);
  const rows = fc.array(fc.tuple(note, fc.integer()), { minLength: 1, maxLength: 150 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (cells, sizes) => {
        const lines = cells.map(([words, value], i) => `${words},${2001 + i},${value}.5`);
        const text = ["note,year,x", ...lines, ""].join("\n");
        const options = { columns: ["x"], time: "year" };
        expect(await readCsvStream(cut(text, sizes), options)).toEqual(readCsv(text, options));
      },
    ),
    { numRuns: 60 },
  );
});
