import { expect, test } from "vitest";
import { DataError, type ReadOptions, readCsv, readCsvTable } from "../src/index.js";

const values = (text: string, options?: ReadOptions) => readCsv(text, options).columns.map((c) => [...c.values]);

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
  ["CRLF after quotes", '"year","x"\r\n"2001","1"\r\n"2002","2"\r\n'],
  ["CR alone", "year,x\r2001,1\r2002,2\r"],
  ["blank lines and spaces", "year, x\n\n2001, 1\n\n2002, 2"],
  ["blank lines between semicolons", "year;x\n\n2001;1\n\n\n\n2002;2\n"],
  ["rows of empty cells", "year,x\n2001,1\n,\n2002,2\n,\n"],
  ["quotes", '"year","x"\n"2001","1"\n"2002","2"\n'],
])("%s are understood", (_, text) => {
  const series = readCsv(text);
  expect([...series.time.values]).toEqual([2001, 2002]);
  expect(series.columns.map(({ name }) => name)).toEqual(["x"]);
  expect([...series.columns[0]!.values]).toEqual([1, 2]);
});

test("a cell may be any plain decimal number", () => {
  expect(values("t,x\n1,-1\n2,+2.5\n3,.5\n4,5.\n5,1e-3\n6,2E+2\n")).toEqual([[-1, 2.5, 0.5, 5, 0.001, 200]]);
});

test("where rows are counted, a row of empty cells is missing in every column", () => {
  const series = readCsv("a,b\n1.5,2\n,\n3.5,4\n");
  expect(series.columns.map((c) => [...c.values])).toEqual([
    [1.5, Number.NaN, 3.5],
    [2, Number.NaN, 4],
  ]);
});

test("decimal commas, on request or as the numbers show", () => {
  expect(values("year;x\n2001;1,5\n2002;-2,25\n", { decimal: "," })).toEqual([[1.5, -2.25]]);
  expect(values("x\n1,5\n2,5\n", { decimal: "," })).toEqual([[1.5, 2.5]]); // a single column has no delimiter
  expect(values('year,x\n2001,"1,5"\n', { decimal: ",", delimiter: "," })).toEqual([[1.5]]);
  expect(values("year;x\n2001;1\n2002;1,5\n2003;2\n")).toEqual([[1, 1.5, 2]]); // and where nothing else fits
});

test("quoted cells hold delimiters, quotes and line breaks", () => {
  const series = readCsv('year,"a, b","say ""x""","two\nlines"\n2001,1,2,3\n2002,4,5,6\n');
  expect(series.columns.map(({ name }) => name)).toEqual(["a, b", 'say "x"', "two\nlines"]);
  expect([...series.lines!]).toEqual([3, 4]);
});

test.each(["\n", "\r\n", "\r"])("rows keep their lines where lines end in %j", (end) => {
  const lines = ['note,"year",x', '"a, ""b""', 'c",2001,1', "", "d,2002,2", '"e",2003,"oops"', "f,2004,4"];
  expect(() => readCsv(lines.join(end))).toThrow(/^row 6, column "x": expected a number, got "oops"/);
  const series = readCsv(lines.join(end).replace("oops", "3") + end);
  expect([...series.lines!]).toEqual([2, 5, 6, 7]);
});

test("whole numbers are times in the first column alone, where they rise", () => {
  expect(readCsv("t,x\n1,5\n2,4\n4,9\n").time).toMatchObject({ name: "t", unit: "index", step: 1 });
  expect(readCsv("x,y\n5,1\n4,2\n9,4\n").time).toMatchObject({ name: "row" });
  expect(readCsv("x,y\n5,1\n4,2\n9,4\n", { time: "y" }).time).toMatchObject({ name: "y" });
  expect(readCsv("x,day\n5,2001-01-01\n4,2001-01-08\n9,2001-01-15\n").time).toMatchObject({ name: "day", step: 7 });
  expect(values("t,x\n1,5\n2,4\n", { columns: ["t", "x"] })).toHaveLength(2);
});

test("the step of times is their most frequent distance", () => {
  const step = (times: readonly string[]) =>
    readCsv(`t,x\n${times.map((t) => `${t},1`).join("\n")}\n`, { frequency: "row" }).time.step;
  expect(step(["2001-01", "2001-04", "2001-07", "2002-07", "2002-10"])).toBe(3);
  expect(step(["2001-01-01", "2001-01-02", "2001-01-09"])).toBe(1); // as frequent: the smaller
  expect(step(["2001"])).toBe(1);
  expect(step([..."0123456789"].map((tenth) => `2020-01-01T00:00:00.${tenth}Z`))).toBe(0.1);
});

test.each([
  ["2001\n2002\n2003", "year", [2001, 2002, 2003]],
  ["2001-12\n2002-01\n2002-02", "month", [383, 384, 385]],
  ["1969-12-31\n1970-01-01\n1970-01-02", "day", [-1, 0, 1]],
  ["1970-01-01T00:00Z\n1970-01-01T01:00:30+01:00\n1970-01-01 00:01", "second", [0, 30, 60]],
  ["5\n6\n7", "index", [5, 6, 7]],
  ["998\n999\n1000\n1001", "index", [998, 999, 1000, 1001]],
] as const)("times %j count %ss", (times, unit, expected) => {
  const rows = times.split("\n").map((t, i) => `${t},${i}.5`);
  const { time } = readCsv(`t,x\n${rows.join("\n")}`);
  expect(time.unit).toBe(unit);
  expect([...time.values]).toEqual(expected);
});

test("rows with the newest first are put in order, and so are others", () => {
  const reversed = readCsvTable("year,a\n2003,1\n2002,2\n2001,3\n");
  expect([...reversed.panel[0]!.time.values]).toEqual([2001, 2002, 2003]);
  expect([...reversed.panel[0]!.columns[0]!.values]).toEqual([3, 2, 1]);
  expect([...reversed.panel[0]!.lines!]).toEqual([4, 3, 2]);
  expect(reversed.notes).toContainEqual({
    code: "sorted",
    message: "the newest row comes first (year 2003): rows were put in ascending order of time",
  });
  const mixed = readCsvTable("m,a\n2001-02,1\n2001-01,2\n2001-03,3\n");
  expect([...mixed.panel[0]!.columns[0]!.values]).toEqual([2, 1, 3]);
  expect(mixed.notes.find(({ code }) => code === "sorted")?.message).toBe(
    "1 rows come before an earlier time: rows were sorted by m",
  );
});

test.each<[string, string, ReadOptions, string]>([
  ["a missing column", "year,a\n2001,1\n", { columns: ["b"] }, 'f.csv: no column "b"; there are "year", "a"'],
  ["a missing number of a column", "year,a\n2001,1\n", { columns: [2] }, 'f.csv: no column "2"; there are'],
  ["a missing time", "year,a\n2001,1\n", { time: "month" }, 'f.csv: no column "month"; there are "year", "a"'],
  [
    "text",
    "year,a\n2001,1\n2002,soon\n2003,3\n",
    {},
    'f.csv, row 3, column "a": expected a number, got "soon"; correct the cell, leave it empty for a missing value',
  ],
  [
    "infinity",
    "year,a\n2001,1\n2002,1e999\n2003,3\n",
    {},
    'f.csv, row 3, column "a": expected a number, got "1e999"',
  ],
  ["inf", "year,a\n2001,1\n2002,inf\n2003,3\n", {}, 'f.csv, row 3, column "a": expected a number, got "inf"'],
  [
    "a number with a misplaced mark of thousands",
    "year;a\n2001;1,5\n2002;1.00,5\n2003;3\n",
    { decimal: "," },
    'f.csv, row 3, column "a": expected a number with a decimal comma, got "1.00,5"',
  ],
  [
    "the same time twice",
    "year,a\n2001,1\n2001,2\n",
    {},
    'f.csv, row 3, column "year": the same time again: "2001" is also in row 2',
  ],
  [
    "another kind of time",
    "m,a\n2001-02,1\n2001-03,1\n2001-04-01,2\n",
    {},
    'f.csv, row 4, column "m": expected a month like that of row 2, got "2001-04-01"',
  ],
  [
    "a month after a count",
    "t,a\n1,1\n2,1\n2001-04,2\n",
    { time: "t" },
    'f.csv, row 4, column "t": expected a number like those before it, got "2001-04"',
  ],
  ["no time", "m,a\n2001-02,1\n,2\n", {}, 'f.csv, row 3, column "m": expected a time, got none beside the a 2'],
  ["a long row", "year,a\n2001,1\n2002,2,3\n", {}, "f.csv, row 3: expected 2 cells, got 3; check delimiter"],
  [
    "a time that is none",
    "m,a\n2001-02,1\n2001-03,1\n2001-14,2\n",
    {},
    'f.csv, row 4, column "m": expected a month like that of row 2, got "2001-14"',
  ],
  ["a short row", "year,a\n2001,1\n2002\n", {}, "f.csv, row 3: expected 2 cells, got 1; check delimiter and quotes"],
  ["a quote that does not end", 'year,a\n2001,"1\n2002,2\n', {}, "f.csv, row 2: expected quotes in pairs"],
  ["text after a quote", 'year,a\n2001,"1"2\n', {}, "f.csv, row 2: expected quotes in pairs"],
  ["blank lines alone", "\n\r\n \n", {}, "f.csv: expected rows of data, got an empty file"],
  ["a byte order mark alone", "\ufeff", {}, "f.csv: expected rows of data, got an empty file"],
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

test("an error tells file, row, column and fault apart, and leaves out what is unknown", () => {
  const caught = (text: string, options?: ReadOptions): unknown => {
    try {
      return readCsv(text, options);
    } catch (error) {
      return error;
    }
  };
  expect(caught("year,a\n2001,1\n2002,x\n2003,3\n", { file: "f.csv" })).toMatchObject({
    name: "DataError",
    file: "f.csv",
    row: 3,
    column: "a",
    fault:
      'expected a number, got "x"; correct the cell, leave it empty for a missing value, or name the words for missing values',
    hint: '--na-values "x"',
  });
  expect(caught("")).toMatchObject({
    file: undefined,
    row: undefined,
    message: "expected rows of data, got an empty file",
  });
});
