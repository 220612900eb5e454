import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv, readCsvStream } from "../src/index.js";

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<string> {
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield text.slice(at, at + size);
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

test("a stream gives the series of the whole text, wherever its chunks are cut", async () => {
  // text that looks like CSV itself, in quotes
  const unit = fc.constantFrom(...'ab ,;|\t\n\r"7', "\r\n", "é", "💧");
  const note = fc.string({ unit, maxLength: 8 }).map((s) => `"${s.replaceAll('"', '""')}"`);
  const row = fc.tuple(note, fc.option(fc.integer()), fc.nat({ max: 3 }));
  const form = fc.record({
    delimiter: fc.constantFrom(..."|;,\t"),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    mark: fc.constantFrom("", "\ufeff"),
    last: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 150, size: "max" }),
      form,
      sizes,
      async (rows, { delimiter, end, mark, last }, sizes) => {
        const lines = rows.map(([words, value, blank], i) => {
          const cells = [2001 + i, value === null ? "" : `${value}.5`, words].join(delimiter);
          return blank === 0 ? `${cells}${end}` : cells;
        });
        const text = mark + [["year", "x", "note"].join(delimiter), ...lines].join(end) + (last ? end : "");
        const options = { columns: ["x"], time: "year" };
        const series = readCsv(text, options);
        const values = rows.map(([, v]) => (v === null ? Number.NaN : v + Math.sign(v || 1) / 2));
        // rows at the end without a value are left out, unless there is no other
        const filled = values.findLastIndex((v) => !Number.isNaN(v));
        expect([...series.columns[0]!.values]).toEqual(filled < 0 ? values : values.slice(0, filled + 1));
        expect(await readCsvStream(cut(text, sizes), options)).toEqual(series);
      },
    ),
    { numRuns: 100 },
  );
});

test("a stream finds delimiter, times and columns as the whole text does", async () => {
  const text = "Date;Price, EUR;remark\r\n\r\n2001-01;1;\r\n2001-02;2;good\r\n2001-03;3;\r\n";
  const series = readCsv(text);
  expect(series.columns.map(({ name }) => name)).toEqual(["Price, EUR"]);
  expect([...series.lines!]).toEqual([3, 4, 5]);
  for (let at = 1; at < text.length; at++) expect(await readCsvStream(cut(text, [at, text.length]))).toEqual(series);
});

test("a stream refuses what the whole text refuses, and an empty one", async () => {
  const text = 'year,a\r\n"2001",1\r\n2002,x\r\n2003,3\r\n';
  for (let size = 1; size < text.length; size++) {
    await expect(readCsvStream(cut(text, [size]), { file: "f.csv" })).rejects.toThrow(
      'f.csv, row 3, column "a": expected a number, got "x"',
    );
  }
  await expect(readCsvStream(cut("", [1]))).rejects.toThrow("expected rows of data, got an empty file");
});

test("long files are read whole, and a column is judged by all of its rows", async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `${i},${i / 4},${i < 150 ? "" : i}`);
  const text = `t,x,late\n${rows.join("\n")}\n`;
  const series = readCsv(text);
  expect(series.columns.map(({ name }) => name)).toEqual(["x", "late"]);
  expect(series.columns[0]!.values.at(-1)).toBe(199_999 / 4);
  const streamed = await readCsvStream(cut(text, [65_536]));
  expect(streamed.columns.map(({ name }) => name)).toEqual(["x", "late"]);
  expect(streamed.columns[0]!.values.every((value, i) => value === i / 4)).toBe(true);
  expect(streamed.lines!.at(-1)).toBe(200_001);
});
