import { expect, test } from "vitest";
import { DataError, formatTime, readCsv, readCsvTable } from "../src/index.js";
import { days, file, MONTHS, value, weekdayOf } from "./made-files.js";

const long = (stores: readonly string[], count = 30) =>
  `date,store,sales\n${days(count)
    .flatMap((day, i) => stores.map((store, s) => `${day},${store},${value(i + s)}`))
    .join("\n")}\n`;
const codes = (text: string) => readCsvTable(text).notes.map(({ code }) => code);

test("a long file is one series per key, and one of them is read on request", () => {
  const text = long(["A", "B", "C"]);
  const { panel, choice, notes } = readCsvTable(text);
  expect(panel.map(({ keys }) => keys)).toEqual([{ store: "A" }, { store: "B" }, { store: "C" }]);
  expect(panel.map(({ time }) => time.values.length)).toEqual([30, 30, 30]);
  expect(choice).toMatchObject({ layout: "long", keys: ["store"], values: ["sales"] });
  expect(notes.find(({ code }) => code === "panel")?.message).toBe('3 series, told apart by "store"');
  expect(() => readCsv(text)).toThrow(/expected one series, got 3: A, B, C; choose one/);
  const one = readCsv(text, { series: { store: "B" } });
  expect([...one.columns[0]!.values.slice(0, 2)]).toEqual([Number(value(1)), Number(value(2))]);
  expect([...one.lines!.slice(0, 2)]).toEqual([3, 6]);
  expect(() => readCsv(text, { series: { store: "Z" } })).toThrow('no series with "store" Z; there are A, B, C');
});

test("whole numbers and several columns tell series apart, too", () => {
  const rows = days(30).flatMap((day, i) =>
    [1, 2].flatMap((s) => [7, 8].map((k) => `${day},${s},${k},${value(i + s * k)}`)),
  );
  const { panel, choice } = readCsvTable(`date,store,item,sales\n${rows.join("\n")}\n`);
  expect(choice.keys).toEqual(["store", "item"]);
  expect(panel).toHaveLength(4);
  expect(panel[1]!.keys).toEqual({ store: "1", item: "8" });
});

test("times that repeat without a key are refused with the flag that names one", () => {
  const text = file("date,x", [...days(20), ...days(20)]);
  try {
    readCsv(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ row: 22, column: "date", hint: "--id" });
    expect((error as Error).message).toContain('the same time again: "2023-01-01" is also in row 2');
  }
});

test("ten thousand series are grouped by key, each in order of time", () => {
  const rows = days(20)
    .reverse()
    .flatMap((day, i) => Array.from({ length: 10_000 }, (_, k) => `${day},k${k},${i}`));
  const { panel } = readCsvTable(`date,id,x\n${rows.join("\n")}\n`);
  expect(panel).toHaveLength(10_000);
  expect([...panel[9_999]!.columns[0]!.values.slice(0, 3)]).toEqual([19, 18, 17]);
});

test("dates across the top, months across the top and columns per series are understood", () => {
  const years = readCsvTable("country,1990,1991,1992,1993\nFR,1,2,3,4\nDE,5,6,7,8\n");
  expect(years.choice.layout).toBe("wide");
  expect(years.panel.map(({ name, columns }) => [name, [...columns[0]!.values]])).toEqual([
    ["FR", [1, 2, 3, 4]],
    ["DE", [5, 6, 7, 8]],
  ]);
  const rows = [1990, 1991].map((year) => [year, ...MONTHS.map((_, i) => i + year)].join(","));
  const [monthly] = readCsvTable(`Year,${MONTHS.join(",")}\n${rows.join("\n")}\n`).panel;
  expect(monthly!.time.values).toHaveLength(24);
  expect(formatTime("month", monthly!.time.values[23]!)).toBe("1991-12");
  const wide = readCsvTable(
    `date,a,b\n${days(12)
      .map((day, i) => `${day},${i},${i * i}`)
      .join("\n")}\n`,
    { layout: "wide" },
  );
  expect(wide.panel.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("covariates travel along, and known ones keep the rows after the last value", () => {
  const rows = days(20).map((day, i) => `${day},${i < 15 ? i : ""},${i % 2},${i * 3},north`);
  const text = `date,x,holiday,visits,place\n${rows.join("\n")}\n`;
  const { panel } = readCsvTable(text, { covariates: { future: ["holiday"], past: ["visits"], static: ["place"] } });
  const [series] = panel;
  expect(series!.columns.map(({ name, role }) => [name, role])).toEqual(
    [
      ["x", undefined],
      ["visits", "past"],
      ["holiday", "future"],
    ].sort(
      (a, b) =>
        series!.columns.findIndex(({ name }) => name === a[0]) -
        series!.columns.findIndex(({ name }) => name === b[0]),
    ),
  );
  expect(series!.time.values).toHaveLength(20);
  expect(series!.statics).toEqual({ place: "north" });
});

test("rows that a calendar has and a file lacks become missing values, counted and named", () => {
  const kept = days(60).filter((_, i) => i !== 5 && (i < 20 || i > 24));
  const { panel, notes } = readCsvTable(file("date,x", kept));
  expect(panel[0]!.time.values).toHaveLength(60);
  expect(panel[0]!.columns[0]!.values[5]).toBeNaN();
  expect(panel[0]!.lines![5]).toBe(0);
  expect(notes.find(({ code }) => code === "gaps")?.message).toBe(
    "6 rows are absent and became missing values: the first 2023-01-06, the longest stretch 5 (2023-01-21 … 2023-01-25)",
  );
  const business = days(60).filter((day) => weekdayOf(day) % 6 > 0);
  expect(codes(file("date,x", business))).not.toContain("gaps");
});

test("rows at the end without a value are left out, and little evidence is said", () => {
  const rows = days(20).map((day, i) => `${day},${i < 6 ? i : ""}`);
  const { panel, notes } = readCsvTable(`date,x\n${rows.join("\n")}\n`);
  expect(panel[0]!.time.values).toHaveLength(6);
  expect(notes.map(({ code }) => code)).toEqual(expect.arrayContaining(["trailing-missing", "few-values"]));
});

test.each([
  [
    "lines above the table",
    `A title\nSource: here\n\n${file("date,x", days(20))}`,
    "--skip-rows 3",
    /the table seems to begin at line 4/,
  ],
])("refused with its flag: %s", (_, text, hint, says) => {
  try {
    readCsv(text);
    expect.unreachable();
  } catch (error) {
    expect((error as DataError).message).toMatch(says);
    expect((error as DataError).hint).toBe(hint);
  }
  expect(readCsv(text, { skipRows: 3 }).time.values).toHaveLength(20);
});

test("comments, units, totals and a footer are left out and said", () => {
  const good = file("date,x", days(20));
  for (const [text, code] of [
    [`# a\n# b\n${good}`, "comments"],
    [good.replace("\n", "\n,m/s\n"), "units-row"],
    [`${good}Total,1234\n`, "totals"],
    [`${good}Source: nobody\n`, "footer"],
  ] as const) {
    expect(codes(text)).toContain(code);
    expect(readCsv(text).time.values).toHaveLength(20);
  }
  expect(readCsv(`; a\n${good.replace("\n", "\n; b\n")}`, { comment: ";" }).time.values).toHaveLength(20);
});

test("the real dates are the time, not row numbers, years of values or a constant id", () => {
  const choiceOf = (header: string, cells: readonly string[]) => readCsvTable(file(header, cells)).choice;
  expect(
    choiceOf(
      ",date,x",
      days(20).map((day, i) => `${i},${day}`),
    ),
  ).toMatchObject({ time: ["date"], values: ["x"] });
  expect(
    choiceOf(
      "id,date,x",
      days(20).map((day) => `7,${day}`),
    ),
  ).toMatchObject({ time: ["date"], values: ["x"] });
  expect(
    choiceOf(
      "Year,x",
      days(20).map((_, i) => String(1990 + i)),
    ),
  ).toMatchObject({ time: ["Year"], values: ["x"] });
});
