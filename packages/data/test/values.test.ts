import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDecimal } from "../src/csv/decimal.js";
import { DataError, type ReadOptions, readCsvTable } from "../src/index.js";
import { days } from "./made-files.js";

const dated = (cells: readonly string[], header = "date,x", delimiter = ",") =>
  `${[header.replaceAll(",", delimiter), ...days(cells.length).map((day, i) => `${day}${delimiter}${cells[i]}`)].join("\n")}\n`;
const values = (text: string, options: ReadOptions = {}) => [
  ...readCsvTable(text, options).panel[0]!.columns[0]!.values,
];
const notes = (text: string, options: ReadOptions = {}) => readCsvTable(text, options).notes.map(({ code }) => code);

test("a plain number reads as Number reads it, to the last bit", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const digits = fc.stringMatching(/^[+-]?(\d{1,25}(\.\d{0,25})?|\.\d{1,25})([eE][+-]?\d{1,3})?$/);
  const same = (text: string) => {
    expect(parseDecimal(bytes(text), 0, text.length)).toBe(Number(text));
  };
  fc.assert(fc.property(digits, same), { numRuns: 20_000 });
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      same(String(x));
    }),
    { numRuns: 20_000 },
  );
  for (const text of [
    "9007199254740993",
    "0.1",
    "1e22",
    "1e23",
    "123456789012345678",
    "5e-324",
    "2.2250738585072011e-308",
    "-0",
  ])
    same(text);
  for (const text of ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "1 2", "0x10", "Infinity", "1_000"]) {
    expect(parseDecimal(bytes(text), 0, text.length)).toBeNaN();
  }
});

test.each<[string, string[], number[], string?]>([
  ["thousands with commas", ['"1,234.50"', '"12,000.00"', "7.25"], [1234.5, 12_000, 7.25]],
  ["thousands with commas, without decimals", ['"1,234"', '"980"', '"1,234,567"'], [1234, 980, 1_234_567]],
  ["numbers below a thousand among them", ['"1,234"', "980", '"1,050"'], [1234, 980, 1050]],
  ["lakh and crore", ['"1,23,456.00"', '"12,34,567.50"'], [123_456, 1_234_567.5]],
  ["decimal commas", ["1,5", "2,25", "3"], [1.5, 2.25, 3], ";"],
  ["thousands with points and decimal commas", ["1.234,5", "12,75", "1.000"], [1234.5, 12.75, 1000], ";"],
  ["thousands with spaces", ["1 234,5", "12 345 678,25", "7"], [1234.5, 12_345_678.25, 7], ";"],
  ["thousands with spaces that do not break", ["1\u00a0234,5", "12\u202f345,25"], [1234.5, 12_345.25], ";"],
  ["thousands with apostrophes", ["1'234.50", "12’345.25"], [1234.5, 12_345.25], ";"],
  ["percent", ["12.5%", "13 %", "-1%"], [12.5, 13, -1]],
  ["currency before", ["$1.50", "-$2.00", "$ 3"], [1.5, -2, 3]],
  ["currency with thousands", ['"$1,500"', '"$2,000"'], [1500, 2000]],
  ["currency behind", ["1,50 €", "2,25 €"], [1.5, 2.25], ";"],
  ["accounting negatives", ["(1.50)", "2.00", "($3.25)"], [-1.5, 2, -3.25]],
  ["a minus sign of typography", ["\u22121.5", "2.5"], [-1.5, 2.5]],
  ["a trailing minus", ["1.5-", "2.5"], [-1.5, 2.5]],
  ["exponents with decimal commas", ["1,5e3", "2,5E-1"], [1500, 0.25], ";"],
  ["three decimals with points", ["1.234", "5.678"], [1.234, 5.678]],
])("%s are read", (_, cells, expected, delimiter = ",") => {
  expect(values(dated(cells, "date,x", delimiter))).toEqual(expected);
});

test("a comma that may mark thousands or decimals is refused, and the flag settles it", () => {
  const text = dated(['"1,234"', '"2,345"', '"3,456"']);
  const call = () => values(text);
  expect(call).toThrow('row 2, column "x": "1,234" may be 1234 or 1.234; name the decimal mark');
  expect(values(text, { decimal: "." })).toEqual([1234, 2345, 3456]);
  expect(values(text, { decimal: "," })).toEqual([1.234, 2.345, 3.456]);
});

test("another column of the file may tell the decimal mark", () => {
  const text = dated(["1,234;1,5", "2,345;2,5", "3,456;3,5"], "date,x,y", ";");
  expect(values(text)).toEqual([1.234, 2.345, 3.456]);
  const english = dated(['"1,234",1.5', '"2,345",2.5'], "date,x,y");
  expect(values(english)).toEqual([1234, 2345]);
});

test.each<[string, string[], string]>([
  ["two decimal marks", ['"1,5"', "2.5", "3"], "the decimal mark is a comma in row 2 and a point in row 3"],
  ["a unit", ["1", "2 kg", "3"], 'row 3, column "x": expected a number, got "2 kg"'],
  ["a word", ["1", "about 2", "3"], 'row 3, column "x": expected a number, got "about 2"'],
  ["two currencies", ["$1", "€2", "$3"], 'expected one currency, got "€2" after $'],
  [
    "percent in some cells alone",
    ["1%", "2%", "3"],
    "expected a percent sign in all cells or none, got it in 2 of 3",
  ],
  ["infinity", ["1", "Infinity", "3"], 'row 3, column "x": expected a number, got "Infinity"'],
  ["a misplaced mark of thousands", ['"1,23"', '"1,2345.5"', '"2.5"'], "row"],
])("refused: %s", (_, cells, says) => {
  const call = () => values(dated(cells));
  expect(call).toThrow(DataError);
  expect(call).toThrow(says);
});

test("words for missing values are known, counted, and added to", () => {
  const words = ["NA", "NaN", "null", "-", "?", "..", "n/a", "#N/A", "None", "."];
  const text = dated(["1", ...words, "", "2"]);
  expect(values(text)).toEqual([1, ...words.map(() => Number.NaN), Number.NaN, 2]);
  const [note] = readCsvTable(text).notes.filter(({ code }) => code === "missing-words");
  expect(note!.message).toContain('"NA" 1, "NaN" 1, "null" 1');
  expect(() => values(dated(["1", "closed", "3"]))).toThrow(/got "closed"/);
  expect(values(dated(["1", "closed", "3"]), { naValues: ["closed"] })).toEqual([1, Number.NaN, 3]);
  expect(values(dated(["1", "-999", "-999.0", "3"]), { naValues: ["-999"] })).toEqual([1, Number.NaN, Number.NaN, 3]);
  expect(notes(dated(["1", "-999", "-999", "3"]))).toContain("sentinel");
  expect(notes(dated(["1", "-5", "-9", "3"]))).not.toContain("sentinel");
});

test("a column of prices is not skipped for one of counts, and a nearly numeric one is an error", () => {
  const rows = days(30).map((day, i) => `${day},$${i + 0.5},${i * i}`);
  expect(readCsvTable(`date,price,count\n${rows.join("\n")}\n`).choice.values).toEqual(["price", "count"]);
  const bad = rows.map((row, i) => (i === 20 ? row.replace("$20.5", "call us") : row));
  expect(() => readCsvTable(`date,price,count\n${bad.join("\n")}\n`)).toThrow(
    /row 22, column "price": expected a number, got "call us"/,
  );
  const late = days(300).map((day, i) => `${day},${i < 200 ? "" : i},${i * i}`);
  expect(readCsvTable(`date,late,count\n${late.join("\n")}\n`).choice.values).toEqual(["late", "count"]);
});
