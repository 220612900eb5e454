import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runSluice } from "./run-sluice.js";

const folder = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/** What a person would expect of the public files of vega-datasets; docs/data.md shows the same table. */
const files: readonly (readonly [
  file: string,
  args: readonly string[],
  found: {
    time: string;
    values: string;
    frequency: string;
    rows: number;
    season: number;
    first: string;
    last: string;
  },
])[] = [
  [
    "co2-concentration.csv",
    [],
    {
      time: "Date",
      values: "CO2",
      frequency: "month",
      rows: 746,
      season: 12,
      first: "1958-03-01",
      last: "2020-04-01",
    },
  ],
  [
    "sp500.csv",
    [],
    {
      time: "date",
      values: "price",
      frequency: "month",
      rows: 123,
      season: 12,
      first: "2000-01-01",
      last: "2010-03-01",
    },
  ],
  [
    "sp500-2000.csv",
    ["--column", "close"],
    {
      time: "date",
      values: "close",
      frequency: "business day",
      rows: 5295,
      season: 5,
      first: "2000-01-03",
      last: "2020-04-17",
    },
  ],
  [
    "stocks.csv",
    ["--series", "symbol=MSFT"],
    {
      time: "date",
      values: "price",
      frequency: "month",
      rows: 123,
      season: 12,
      first: "2000-01-01",
      last: "2010-03-01",
    },
  ],
  [
    "seattle-weather.csv",
    ["--column", "temp_max"],
    {
      time: "date",
      values: "temp_max",
      frequency: "day",
      rows: 1461,
      season: 7,
      first: "2012-01-01",
      last: "2015-12-31",
    },
  ],
  [
    "weather.csv",
    ["--series", "location=New York", "--column", "temp_max"],
    {
      time: "date",
      values: "temp_max",
      frequency: "day",
      rows: 1461,
      season: 7,
      first: "2012-01-01",
      last: "2015-12-31",
    },
  ],
  [
    "seattle-weather-hourly-normals.csv",
    ["--column", "temperature"],
    {
      time: "date",
      values: "temperature",
      frequency: "hour",
      rows: 8759,
      season: 24,
      first: "2010-01-01T01:00:00Z",
      last: "2010-12-31T23:00:00Z",
    },
  ],
  [
    "global-temp.csv",
    [],
    { time: "year", values: "temp", frequency: "year", rows: 144, season: 1, first: "1880", last: "2023" },
  ],
  [
    "iowa-electricity.csv",
    ["--series", "source=Renewables"],
    {
      time: "year",
      values: "net_generation",
      frequency: "year",
      rows: 17,
      season: 1,
      first: "2001-01-01",
      last: "2017-01-01",
    },
  ],
  [
    "us-employment.csv",
    ["--column", "nonfarm"],
    {
      time: "month",
      values: "nonfarm",
      frequency: "month",
      rows: 120,
      season: 12,
      first: "2006-01-01",
      last: "2015-12-01",
    },
  ],
  [
    "ohlc.json",
    ["--column", "close"],
    {
      time: "date",
      values: "close",
      frequency: "business day",
      rows: 45,
      season: 5,
      first: "2009-06-01",
      last: "2009-07-31",
    },
  ],
  [
    "wheat.json",
    ["--column", "wheat"],
    { time: "year", values: "wheat", frequency: "5 years", rows: 52, season: 1, first: "1565", last: "1820" },
  ],
  [
    "disasters.csv",
    ["--series", "Entity=Earthquake"],
    { time: "Year", values: "Deaths", frequency: "year", rows: 117, season: 1, first: "1901", last: "2017" },
  ],
  [
    "gapminder.json",
    ["--series", "country=Argentina", "--column", "life_expect"],
    { time: "year", values: "life_expect", frequency: "5 years", rows: 11, season: 1, first: "1955", last: "2005" },
  ],
  [
    "driving.json",
    ["--column", "miles"],
    { time: "year", values: "miles", frequency: "year", rows: 55, season: 1, first: "1956", last: "2010" },
  ],
  [
    "crimea.json",
    ["--column", "disease"],
    {
      time: "date",
      values: "disease",
      frequency: "month",
      rows: 24,
      season: 12,
      first: "1854-04-01",
      last: "1856-03-01",
    },
  ],
];

test.each(files)("%s %j", async (file, args, { time, values, frequency, rows, season, first, last }) => {
  const { code, stdout } = await runSluice(["check", join(folder, file), ...args, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    usable: true,
    rows,
    season,
    time: { first, last },
    choice: { time: [time], frequency },
    columns: expect.arrayContaining([expect.objectContaining({ name: values })]),
  });
});

test.each([
  ["stocks.csv", /got 5: MSFT, AMZN, IBM, GOOG, AAPL; choose one \(--series symbol=MSFT\)/],
  ["jobs.json", /got 510: .*\(--series "job=Accountant \/ Auditor" --series sex=men\)/],
  ["population.json", /the same time again: "1850".*\(--id\)/],
  ["github.csv", /2015-01-01T01:00:00Z is followed by 2015-01-01T04:00:00Z.*\(--frequency row\)/],
])("%s: refused, with the flag that settles it", async (file, message) => {
  const { code, stderr } = await runSluice(["check", join(folder, file)]);
  expect(code).toBe(3);
  expect(stderr).toMatch(message);
});
