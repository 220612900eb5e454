import { utc } from "@date-fns/utc";
import { format, parse } from "date-fns";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, formatTime, type ReadOptions, readCsvTable } from "../src/index.js";
import { datePattern } from "../src/time/date-pattern.js";
import { days, file, MONTHS, months, pad } from "./made-files.js";

const read = (text: string, options: ReadOptions = {}) => {
  const { panel, choice, notes } = readCsvTable(text, options);
  const { unit, values } = panel[0]!.time;
  return {
    first: formatTime(unit, values[0]!),
    last: formatTime(unit, values.at(-1)!),
    choice,
    notes,
    rows: values.length,
  };
};
const split = (day: string) => day.split("-") as [string, string, string];
const monthly = (text: (year: number, month: number) => string) =>
  months(30).map(({ year, month }) => text(year, month));
const hourly = (text: (day: string, hour: number) => string) =>
  Array.from({ length: 50 }, (_, i) => text(pad(1 + Math.floor(i / 24)), i % 24));

test.each<[string, string[], string, string, string]>([
  ["dd/MM/yyyy", days(40).map((d) => split(d).reverse().join("/")), "2023-01-01", "2023-02-09", "day"],
  [
    "M/d/yyyy",
    days(40)
      .map((d) => split(d))
      .map(([y, m, d]) => `${+m}/${+d}/${y}`),
    "2023-01-01",
    "2023-02-09",
    "day",
  ],
  ["dd.MM.yyyy", days(40, "2003-03-20").map((d) => split(d).reverse().join(".")), "2003-03-20", "2003-04-28", "day"],
  ["dd-MM-yy", days(40).map((d) => split(d.slice(2)).reverse().join("-")), "2023-01-01", "2023-02-09", "day"],
  ["yyyy/MM/dd", days(40).map((d) => d.replaceAll("-", "/")), "2023-01-01", "2023-02-09", "day"],
  ["unpadded", days(40).map((d) => split(d).map(Number).join("-")), "2023-01-01", "2023-02-09", "day"],
  [
    "unpadded after padded",
    ["2023-09-28", "2023-09-29", "2023-9-30", "2023-10-1"],
    "2023-09-28",
    "2023-10-01",
    "day",
  ],
  [
    "d MMM yyyy",
    days(40)
      .map((d) => split(d))
      .map(([y, m, d]) => `${+d} ${MONTHS[+m - 1]} ${y}`),
    "2023-01-01",
    "2023-02-09",
    "day",
  ],
  [
    "MMMM d, yyyy",
    days(40)
      .map((d) => split(d))
      .map(([y, m, d]) => `"${MONTHS[+m - 1]} ${+d}, ${y}"`),
    "2023-01-01",
    "2023-02-09",
    "day",
  ],
  ["MMM yyyy", monthly((y, m) => `${MONTHS[m - 1]} ${y}`), "2013-01", "2015-06", "month"],
  ["MMM-yy", monthly((y, m) => `${MONTHS[m - 1]}-${y % 100}`), "2013-01", "2015-06", "month"],
  ["2013M01", monthly((y, m) => `${y}M${pad(m)}`), "2013-01", "2015-06", "month"],
  ["MM/yyyy", monthly((y, m) => `${pad(m)}/${y}`), "2013-01", "2015-06", "month"],
  ["yyyyMM", monthly((y, m) => `${y}${pad(m)}`), "2013-01", "2015-06", "month"],
  ["yyyy.MM", monthly((y, m) => `${y}.${pad(m)}`), "2013-01", "2015-06", "month"],
  ["decimal years", monthly((y, m) => (y + (m - 0.5) / 12).toFixed(4)), "2013-01", "2015-06", "month"],
  [
    "2008Q1",
    months(60, 2008)
      .filter(({ month }) => month % 3 === 1)
      .map(({ year, month }) => `${year}Q${(month + 2) / 3}`),
    "2008-01",
    "2012-10",
    "quarter",
  ],
  [
    "Q1 2008",
    months(60, 2008)
      .filter(({ month }) => month % 3 === 1)
      .map(({ year, month }) => `Q${(month + 2) / 3} ${year}`),
    "2008-01",
    "2012-10",
    "quarter",
  ],
  [
    "2020-W01",
    Array.from({ length: 53 }, (_, i) => `2020-W${pad(i + 1)}`),
    "2019-12-30",
    "2020-12-28",
    "week (Monday)",
  ],
  ["yyyyMMdd", days(60).map((d) => d.replaceAll("-", "")), "2023-01-01", "2023-03-01", "day"],
  [
    "AM and PM",
    hourly((d, h) => `2023-01-${d} ${h % 12 || 12}:00 ${h < 12 ? "AM" : "PM"}`),
    "2023-01-01T00:00:00Z",
    "2023-01-03T01:00:00Z",
    "hour",
  ],
  [
    "an offset of hours",
    hourly((d, h) => `2023-01-${d} ${pad(h)}:00:00+00`),
    "2023-01-01T00:00:00Z",
    "2023-01-03T01:00:00Z",
    "hour",
  ],
  [
    "another offset",
    hourly((d, h) => `2023-01-${d}T${pad(h)}:00:00+02:00`),
    "2022-12-31T22:00:00Z",
    "2023-01-02T23:00:00Z",
    "hour",
  ],
  [
    "UTC in words",
    hourly((d, h) => `2023-01-${d} ${pad(h)}:00:00 UTC`),
    "2023-01-01T00:00:00Z",
    "2023-01-03T01:00:00Z",
    "hour",
  ],
  [
    "local midnights across a change of clocks",
    ["2023-03-25T00:00:00+01:00", "2023-03-26T00:00:00+01:00", "2023-03-27T00:00:00+02:00"],
    "2023-03-25",
    "2023-03-27",
    "day",
  ],
  [
    "Unix seconds",
    days(30).map((d) => String(Date.parse(`${d}T05:00:00Z`) / 1000)),
    "2023-01-01T05:00:00Z",
    "2023-01-30T05:00:00Z",
    "day",
  ],
  ["Unix milliseconds", days(30).map((d) => String(Date.parse(d))), "2023-01-01", "2023-01-30", "day"],
])("dates in the form %s are read", (_, cells, first, last, frequency) => {
  expect(read(file("date,x", cells))).toMatchObject({
    first,
    last,
    rows: cells.length,
    choice: { time: ["date"], frequency },
  });
});

test("day and month are told apart by the whole column, and refused where both fit", () => {
  const late = [...Array.from({ length: 12 }, (_, i) => `${pad(i + 1)}/${pad(i + 1)}/2023`), "13/12/2023"];
  expect(read(file("date,x", late), { frequency: "row" }).choice.form).toBe("d/M/yyyy");
  const both = Array.from({ length: 12 }, (_, i) => `${pad(i + 1)}/01/2023`);
  const refusal = () => read(file("date,x", both));
  expect(refusal).toThrow(
    'row 2, column "date": "01/01/2023" may be d/M/yyyy or M/d/yyyy, and so may every other cell',
  );
  expect(read(file("date,x", both), { dateFormat: "dd/MM/yyyy" })).toMatchObject({
    first: "2023-01-01",
    last: "2023-01-12",
  });
  expect(read(file("date,x", both), { dateFormat: "MM/dd/yyyy" })).toMatchObject({
    first: "2023-01-01",
    last: "2023-12-01",
  });
  try {
    refusal();
  } catch (error) {
    expect((error as DataError).hint).toBe("--date-format d/M/yyyy");
  }
  const contradiction = file("date,x", ["13/01/2023", "14/01/2023", "01/15/2023"]);
  expect(() => read(contradiction)).toThrow(
    /row 4, column "date": expected a date in the form d\/M\/yyyy as in row 2 \("13\/01\/2023"\), got "01\/15\/2023"/,
  );
});

test.each([
  ["no year", ["1-Jan", "2-Jan", "3-Jan"], '"1-Jan"'],
  ["another calendar", ["1445-13-02", "1445-13-03", "1445-13-04"], '"1445-13-02"'],
  ["months of another language", ["3 Févr 2023", "4 Févr 2023", "5 Févr 2023"], '"3 Févr 2023"'],
  ["a day that does not exist", ["2023-02-27", "2023-02-28", "2023-02-29"], '"2023-02-29"'],
  ["times of day alone", ["10:00", "11:00", "12:00"], "times of day alone"],
  ["a month after days", ["2023-02-27", "2023-02-28", "2023-03"], '"2023-03"'],
])("refused: %s", (_, cells, says) => {
  const call = () => read(file("date,x", cells));
  expect(call).toThrow(DataError);
  expect(call).toThrow(says);
});

test("a date and a time of day, or the parts of a date, are joined from several columns", () => {
  const hours = hourly((d, h) => `2023-01-${d},${pad(h)}:00`);
  expect(read(file("date,time,x", hours))).toMatchObject({
    last: "2023-01-03T01:00:00Z",
    choice: { time: ["date", "time"], frequency: "hour" },
  });
  const numbered = hourly((d, h) => `2023-01-${d},${h + 1}`);
  expect(read(file("date,hour,x", numbered))).toMatchObject({
    first: "2023-01-01T00:00:00Z",
    choice: { frequency: "hour" },
  });
  const ampm = hourly((d, h) => `01/${d}/2023,${h % 12 || 12} ${h < 12 ? "AM" : "PM"}`);
  expect(read(file("day,clock,x", ampm), { dateFormat: "MM/dd/yyyy" })).toMatchObject({
    last: "2023-01-03T01:00:00Z",
  });
  const parts = months(30).map(({ year, month }) => `${year},${month}`);
  expect(read(file("year,month,x", parts))).toMatchObject({
    last: "2015-06",
    choice: { time: ["year", "month"], frequency: "month" },
  });
  const named = months(30).map(({ year, month }) => `${MONTHS[month - 1]},${year}`);
  expect(read(file("Month,Year,x", named))).toMatchObject({ last: "2015-06", choice: { time: ["Year", "Month"] } });
  const quarters = months(48)
    .filter(({ month }) => month % 3 === 1)
    .map(({ year, month }) => `${year},${(month + 2) / 3}`);
  expect(read(file("year,quarter,x", quarters))).toMatchObject({ last: "2016-10", choice: { frequency: "quarter" } });
  const daily = days(40).map((d) => split(d).map(Number).join(","));
  expect(read(file("year,month,day,x", daily))).toMatchObject({ last: "2023-02-09", choice: { frequency: "day" } });
});

test("numbers that are no dates are none", () => {
  const prices = Array.from({ length: 30 }, (_, i) => String(201_850 + i * i * 37));
  expect(read(file("price,x", prices)).choice).toMatchObject({ time: [], values: ["price", "x"] });
  const years = Array.from({ length: 30 }, (_, i) => `${5 + (i % 3)},${1990 + i}`);
  expect(read(file("x,Year,y", years)).choice).toMatchObject({ time: ["Year"], values: ["x", "y"] });
});

test("patterns read what date-fns reads by the same pattern", () => {
  const patterns = [
    "yyyy-MM-dd",
    "dd/MM/yyyy",
    "M/d/yyyy",
    "d MMM yyyy",
    "MMMM d, yyyy",
    "yyyyMMdd",
    "dd.MM.yyyy HH:mm",
    "yyyy-MM-dd'T'HH:mm:ss",
    "MM/dd/yyyy h:mm a",
    "yyyy-DDD",
    "EEE, d MMM yyyy",
    "MMM yyyy",
    "HH:mm dd-MM-yyyy",
  ];
  const day = fc.integer({ min: -40_000, max: 40_000 });
  const options = { useAdditionalDayOfYearTokens: true, in: utc };
  fc.assert(
    fc.property(fc.constantFrom(...patterns), day, fc.nat({ max: 86_399 }), (pattern, days, clock) => {
      const text = format(new Date((days * 86_400 + clock) * 1000), pattern, options);
      const expected = parse(text, pattern, new Date(0), options).getTime() / 1000;
      const time = datePattern(pattern).parse(text)!;
      const scale = { day: 86_400, second: 1 }[time.unit as "day"];
      const seconds = scale ? time.value * scale : Date.UTC(1970, time.value) / 1000;
      expect(seconds).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["dd/MM", "expected a year"],
  ["yyyy-dd", "expected a month"],
  ["yyyy-MM-dd hh:mm", "expected AM or PM"],
  ["yyyy-MM-dd mm", "expected an hour"],
  ["yyyy-bb", '"b" in "yyyy-bb" is not supported'],
  ["", "expected a pattern such as dd/MM/yyyy"],
])("the pattern %j is refused", (pattern, says) => {
  expect(() => datePattern(pattern)).toThrow(says);
});

test.each(["date", "Timestamp"])("text in a column called %s throws unless rows are counted", (name) => {
  const text = file(
    `${name},value`,
    days(30).map((_, i) => `Day ${i + 1} of Spring`),
  );
  expect(() => read(text)).toThrow(/row 2.*expected a date, got "Day 1 of Spring"/);
  expect(read(text, { frequency: "row" }).choice.time).toEqual([]);
});
