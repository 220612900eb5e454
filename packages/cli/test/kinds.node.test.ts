import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { monthly, runSluice, seasonal, temporaryDirectory } from "./run-sluice.js";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const pad = (n: number) => String(n).padStart(2, "0");
const value = (i: number) => 20 + ((i * 7) % 13) + i / 10;
const day = (i: number) => new Date(Date.UTC(2023, 0, 1) + i * 86_400_000).toISOString().slice(0, 10);
const table = (header: string, rows: readonly string[]) => `${[header, ...rows].join("\n")}\n`;
const sixty = <T>(row: (i: number) => T) => Array.from({ length: 60 }, (_, i) => row(i));
const monthEnd = (i: number) => new Date(Date.UTC(2018, i + 1, 0)).toISOString().slice(0, 10);
const businessDays = Array.from({ length: 84 }, (_, i) => day(i + 1)).filter((_, i) => i % 7 < 5);

interface Case {
  readonly kind: string;
  readonly text: string;
  readonly args?: readonly string[];
  /** What `check` prints of a file that is understood. */
  readonly read?: readonly RegExp[];
  /** What the error says of one that is not. */
  readonly refused?: RegExp;
  /** The first times of a forecast. */
  readonly forecast?: readonly string[];
}

const cases: readonly Case[] = [
  {
    kind: "1: dates of day, month, year where a day above 12 decides",
    text: table(
      "date,x",
      sixty((i) => `${pad((i % 28) + 1)}.${pad(Math.floor(i / 28) + 1)}.2023,${value(i)}`),
    ),
    args: ["--frequency", "row"],
    read: [/d\.M\.yyyy|dd\.MM\.yyyy/],
  },
  {
    kind: "1: dates that may be either are refused",
    text: table(
      "date,x",
      Array.from({ length: 12 }, (_, i) => `${pad(i + 1)}/01/2023,${value(i)}`),
    ),
    refused: /--date-format/,
  },
  {
    kind: "1: and read by --date-format",
    text: table(
      "date,x",
      Array.from({ length: 12 }, (_, i) => `${pad(i + 1)}/01/2023,${value(i)}`),
    ),
    args: ["--date-format", "dd/MM/yyyy"],
    read: [/2023-01-01 … 2023-01-12/, /frequency +day/],
  },
  {
    kind: "1: a date format that contradicts ISO dates",
    text: table(
      "date,x",
      sixty((i) => `${day(i)},${value(i)}`),
    ),
    args: ["--date-format", "yyyy-dd-MM"],
    refused: /expected dates in the form yyyy-dd-MM, got dates by ISO 8601/,
  },
  {
    kind: "2: compact months",
    text: table(
      "m,x",
      sixty((i) => `${2018 + Math.floor(i / 12)}${pad((i % 12) + 1)},${value(i)}`),
    ),
    read: [/2018-01 … 2022-12/, /season 12/],
    forecast: ["2023-01", "2023-02"],
  },
  {
    kind: "3: month ends",
    text: table(
      "date,x",
      sixty((i) => `${monthEnd(i)},${value(i)}`),
    ),
    read: [/frequency +month end/, /season 12/],
    forecast: ["2023-01-31", "2023-02-28", "2023-03-31"],
  },
  {
    kind: "4: business days have a season of 5 and no Saturday in a forecast",
    text: table(
      "date,x",
      businessDays.map((date, i) => `${date},${value(i)}`),
    ),
    read: [/frequency +business day/, /gaps +none/, /season 5/],
    forecast: ["2023-03-27", "2023-03-28"],
  },
  {
    kind: "4: a gap is missing values, filled as --missing says",
    text: table(
      "date,x",
      sixty((i) => `${day(i)},${value(i)}`).filter((_, i) => i < 20 || i > 24),
    ),
    read: [
      /gaps +5 rows absent/,
      /the first 2023-01-21, the longest stretch 5/,
      /5 missing values of 60.*interpolated/,
    ],
  },
  {
    kind: "4: and refused as --missing says",
    text: table(
      "date,x",
      sixty((i) => `${day(i)},${value(i)}`).filter((_, i) => i !== 20),
    ),
    args: ["--missing", "refuse"],
    refused: /expected a number at 2023-01-21.*\(--missing interpolate\)/,
  },
  {
    kind: "5: several series",
    text: table(
      "shop,date,x",
      ["a", "b"].flatMap((shop) => sixty((i) => `${shop},${day(i)},${value(i)}`)),
    ),
    refused: /expected one series, got 2: a, b; choose one \(--series shop=a\)/,
  },
  {
    kind: "6: a row number before the dates",
    text: table(
      ",Year,Sales",
      Array.from({ length: 40 }, (_, i) => `${i},${1980 + i},${value(i)}`),
    ),
    read: [/time +Year, 1980 … 2019/, /column Sales/],
    forecast: ["2020"],
  },
  {
    kind: "6: date and hour in two columns",
    text: table(
      "date,hour,x",
      Array.from({ length: 96 }, (_, i) => `${day(Math.floor(i / 24))},${i % 24},${value(i)}`),
    ),
    read: [/times in "date", "hour"/, /frequency +hour/, /season 24/],
  },
  {
    kind: "7: thousands marks that may be decimal marks are refused",
    text: table(
      "date,x",
      sixty((i) => `${day(i)},"1,${String(100 + i)}"`),
    ),
    refused: /may be 1100 or 1\.100.*--decimal/,
  },
  {
    kind: "8: a price with a currency is the column, not the count after it",
    text: table(
      "date,price,count",
      sixty((i) => `${day(i)},$${value(i).toFixed(2)},${i}`),
    ),
    read: [/column price +60 numbers/, /currency \$/],
  },
  {
    kind: "9: words for missing values",
    text: table(
      "date,x",
      sixty((i) => `${day(i)},${i % 20 === 5 ? "NA" : i === 30 ? "n.v." : value(i)}`),
    ),
    args: ["--na-values", "n.v."],
    read: [/56 numbers, 4 missing/, /"NA" 3, "n\.v\." 1/],
  },
  {
    kind: "9: a number for missing values",
    text: table(
      "date,x",
      sixty((i) => `${day(i)},${i % 20 === 5 ? -999 : value(i)}`),
    ),
    args: ["--na-values", "-999"],
    read: [/57 numbers, 3 missing/],
  },
  {
    kind: "10: a title above the table",
    text: `Report of the plant\n\n${table(
      "date,x",
      sixty((i) => `${day(i)},${value(i)}`),
    )}`,
    refused: /--skip-rows \d/,
  },
  {
    kind: "11: a web page",
    text: "<!DOCTYPE html><html><body>moved</body></html>",
    refused: /web page \(HTML\)/,
  },
  {
    kind: "12: zeros after a training part that suggests a logarithm",
    text: monthly([...Array.from({ length: 50 }, (_, i) => 2 ** (i / 8)), ...Array.from({ length: 10 }, () => 0)]),
    read: [/transforms +(difference|standardize)/],
  },
  {
    kind: "12: an exact weekly pattern",
    text: table(
      "date,x",
      Array.from({ length: 84 }, (_, i) => `${day(i)},${[3, 1, 4, 1, 5, 9, 2][i % 7]}`),
    ),
    read: [/transforms +(log, )?(difference 1, )?standardize/],
  },
  {
    kind: "13: too few rows for a window",
    text: table("date,x", [`${day(0)},1`, `${day(1)},2`]),
    refused: /too few rows/,
  },
  {
    kind: "14: few rows, and a horizon longer than the data",
    text: monthly([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]),
    read: [/warning: only 8 rows to train on/, /warning: the horizon of 12 rows is longer than the series of 10/],
  },
  {
    kind: "14: a tail without values",
    text: monthly(seasonal.map((v, i) => (i >= 84 ? "" : v))),
    read: [/12 rows at the end hold no values/],
    forecast: ["1956-01"],
  },
  {
    kind: "14: three values in sixty",
    text: monthly(Array.from({ length: 60 }, (_, i) => (i === 0 ? 5 : i === 30 ? 7 : i === 59 ? 6 : ""))),
    read: [/only 3 values in 60 rows/],
  },
];

test.each(cases)("$kind", async ({ text, args = [], read, refused, forecast }) => {
  writeFileSync("data.csv", text);
  const checked = await runSluice(["check", "data.csv", ...args]);
  if (refused) {
    const ran = await runSluice(["run", "data.csv", ...args]);
    expect(checked).toMatchObject({ code: 3, stderr: ran.stderr });
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(refused);
    return;
  }
  expect(checked.stderr).toBe("");
  expect(checked.code).toBe(0);
  for (const pattern of read ?? []) expect(checked.stdout).toMatch(pattern);
  const ran = await runSluice(["run", "data.csv", ...args, "--epochs", "1", "--hidden-size", "4", "--json"]);
  expect(ran.code).toBe(0);
  const times = JSON.parse(ran.stdout).forecast.map(({ time }: { time: string }) => time);
  expect(times.slice(0, forecast?.length ?? 0)).toEqual(forecast ?? []);
});

test.each([
  ["gzip", "data.csv.gz", gzipSync(monthly(seasonal))],
  ["JSON", "data.json", Buffer.from(JSON.stringify(sixty((i) => ({ date: day(i), x: value(i) }))))],
  ["NDJSON", "data.ndjson", Buffer.from(sixty((i) => JSON.stringify({ date: day(i), x: value(i) })).join("\n"))],
  ["UTF-16", "data.csv", Buffer.from(`\ufeff${monthly(seasonal)}`, "utf16le")],
])("%s is read", async (_, file, bytes) => {
  writeFileSync(file, bytes);
  const { code, stderr } = await runSluice(["check", file]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});

test("an http address is read; one that does not answer, or answers with an error, is one line", async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/data.csv?raw" ? 200 : 404;
    response.end(monthly(seasonal));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const ran = await runSluice(["run", `${address}/data.csv?raw`, "--epochs", "1", "--hidden-size", "4"]);
    expect(ran.code).toBe(0);
    expect((await runSluice(["verify", "runs/data"])).stdout).toMatch(/equal/);
    const absent = await runSluice(["check", `${address}/other.csv`]);
    expect(absent.code).toBe(3);
    expect(absent.stderr).toMatch(/other\.csv: expected a file, got status 404/);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  const closed = await runSluice(["check", `${address}/data.csv`]);
  expect(closed.code).toBe(3);
  expect(closed.stderr).toMatch(/cannot be reached \(\w+\)/);
});
