import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { DataError, fileType, formatTime, readTable, type Table } from "../src/index.js";
import { readArrow } from "../src/sources/arrow.js";
import { readFile } from "../src/sources/files.js";
import { readJson } from "../src/sources/json.js";
import { readParquet } from "../src/sources/parquet.js";
import { readWave, WAV_FORMATS, waveSeries, writeWave } from "../src/sources/wav.js";
import { readXlsx } from "../src/sources/xlsx.js";
import { days, file, value } from "./made-files.js";

const dates = days(30);
const csv = file("date,x", dates);
const numbers = dates.map((_, i) => Number(value(i)));
const bytes = (text: string) => new TextEncoder().encode(text);

async function packed(format: "gzip", content: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([content as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const utf16 = (text: string, mark: boolean) => {
  const all = (mark ? "\ufeff" : "") + text;
  const out = new Uint8Array(all.length * 2);
  for (let i = 0; i < all.length; i++) {
    out[2 * i] = all.charCodeAt(i) & 255;
    out[2 * i + 1] = all.charCodeAt(i) >> 8;
  }
  return out;
};
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** A workbook of one sheet: texts, numbers, and dates as numbers in a date style. */
function workbook(
  sheetRows: readonly (readonly (string | number)[])[],
  style: (column: number) => number = () => 0,
): Uint8Array {
  const cell = (x: string | number, r: number, c: number) => {
    const at = `${String.fromCharCode(65 + c)}${r + 1}`;
    return typeof x === "string"
      ? `<c r="${at}" t="inlineStr"><is><t>${x}</t></is></c>`
      : `<c r="${at}" s="${style(c)}"><v>${x}</v></c>`;
  };
  const rows = sheetRows.map((row, r) => `<row r="${r + 1}">${row.map((x, c) => cell(x, r, c)).join("")}</row>`);
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const xml = (text: string) => strToU8(`<?xml version="1.0" encoding="UTF-8"?>${text}`);
  return zipSync({
    "[Content_Types].xml": xml('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    "_rels/.rels": xml(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    "xl/workbook.xml": xml(
      `<workbook ${ns} xmlns:r="${rel}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": xml(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    ),
    "xl/styles.xml": xml(
      `<styleSheet ${ns}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ),
    "xl/worksheets/sheet1.xml": xml(`<worksheet ${ns}><sheetData>${rows.join("")}</sheetData></worksheet>`),
  });
}

const serial = (day: string) => Date.parse(day) / 86_400_000 + 25_569;
const xlsx = workbook([["date", "x"], ...dates.map((day, i) => [serial(day), numbers[i]!])], (c) =>
  c === 0 ? 1 : 0,
);
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: "date", data: dates.map((day) => new Date(day)), type: "TIMESTAMP" },
      { name: "x", data: numbers, type: "DOUBLE" },
    ],
  }),
);
const arrow = tableToIPC(
  tableFromArrays({ date: dates.map((day) => new Date(day)), x: Float64Array.from(numbers) }),
  "file",
);
const records = dates.map((date, i) => ({ date, x: numbers[i] }));
const wave = {
  sampleRate: 8000,
  format: "pcm16",
  channels: [Float64Array.from({ length: 50 }, (_, t) => Math.round(9000 * Math.sin(t / 3)) / 0x8000)],
} as const;

function expectSame({ panel, choice }: Table): void {
  const [series] = panel;
  expect(panel).toHaveLength(1);
  const { unit, values } = series!.time;
  expect(Array.from(values, (time) => formatTime(unit, time))).toEqual(dates);
  expect([...series!.columns[0]!.values]).toEqual(numbers);
  expect(choice).toMatchObject({ frequency: "day", values: ["x"] });
}

const GOOD: readonly (readonly [string, () => Uint8Array | string | Promise<Uint8Array>])[] = [
  ["text", () => csv],
  ["bytes", () => bytes(csv)],
  ["a byte order mark", () => bytes(`\ufeff${csv}`)],
  ["UTF-16 with a byte order mark", () => utf16(csv, true)],
  ["gzip", () => packed("gzip", bytes(csv))],
  ["gzip of UTF-16", () => packed("gzip", utf16(csv, true))],
  ["a ZIP archive", () => zipSync({ "data.csv": bytes(csv), "README.md": bytes("# notes") })],
  ["a ZIP archive without compression", () => zipSync({ "data.csv": bytes(csv) }, { level: 0 })],
  ["JSON records", () => JSON.stringify(records)],
  ["JSON records under a name", () => JSON.stringify({ source: "here", data: records })],
  ["JSON columns", () => JSON.stringify({ date: dates, x: numbers })],
  ["JSON rows under a header", () => JSON.stringify([["date", "x"], ...dates.map((d, i) => [d, numbers[i]])])],
  ["pandas' split form", () => JSON.stringify({ columns: ["x"], index: dates, data: numbers.map((x) => [x]) })],
  ["pandas' default form", () => JSON.stringify({ x: Object.fromEntries(dates.map((d, i) => [d, numbers[i]])) })],
  ["a record per line", () => records.map((record) => JSON.stringify(record)).join("\n")],
  ["Parquet", () => parquet],
  ["Arrow", () => arrow],
  ["a workbook", () => xlsx],
  [
    "a workbook with a title above the table",
    () =>
      workbook([["A title"], [], ["date", "x"], ...dates.map((day, i) => [serial(day), numbers[i]!])], (c) =>
        c === 0 ? 1 : 0,
      ),
  ],
];

test.each(GOOD)("%s holds the same series, however it arrives", async (_, content) => {
  const source = await content();
  expectSame(await readFile(source));
  const whole = typeof source === "string" ? bytes(source) : source;
  expectSame(await readFile(new Blob([whole as Uint8Array<ArrayBuffer>])));
  async function* pieces() {
    for (let at = 0; at < whole.length; at += 7) yield whole.subarray(at, at + 7);
  }
  expectSame(await readFile(pieces()));
});

test("named columns alone are read from Parquet and Arrow", async () => {
  const options = { time: "date", columns: ["x"] };
  expectSame(await readParquet(parquet, options));
  expectSame(await readArrow(arrow, options));
  await expect(readParquet(parquet, { columns: ["y"] })).rejects.toThrow('no column "y"; there are "date", "x"');
});

test("an encoding that was named is decoded, and one that was not is refused with its flag", async () => {
  const text = "año,número\n2001,1\n2002,2\n2003,3\n";
  const [{ time, columns }] = (await readTable(latin1(text), { encoding: "latin1" })).panel as [Table["panel"][0]];
  expect([time.name, columns[0]!.name]).toEqual(["año", "número"]);
  await expect(readTable(latin1(text), { file: "f.csv" })).rejects.toMatchObject({
    name: "DataError",
    hint: "--encoding latin1",
  });
  await expect(readTable(utf16(csv, false))).rejects.toMatchObject({ hint: "--encoding utf-16le" });
  expectSame(await readTable(utf16(csv, false), { encoding: "utf-16le" }));
  await expect(readTable(text, { encoding: "klingon" })).rejects.toThrow(RangeError);
});

test.each<[string, Uint8Array | string, string]>([
  ["a PDF", "%PDF-1.7 …", "got a PDF file"],
  ["a web page", "<!DOCTYPE html><html>", "got a web page (HTML); give the address of the file itself"],
  ["XML", '<?xml version="1.0"?><rows/>', "got an XML file"],
  ["an old workbook", latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "got an Excel workbook of the old binary kind"],
  ["a SQLite database", latin1("SQLite format 3\x00"), "got a SQLite database"],
  ["HDF5", latin1("\x89HDF\r\n\x1a\n"), "got an HDF5 file"],
  ["other bytes", latin1("\x00\x01\x02\x03\x04\x05\x06\x07"), "got a binary file"],
  [
    "two tables in an archive",
    zipSync({ "a.csv": bytes(csv), "b.csv": bytes(csv) }),
    "expected an archive of one table, got 2: a.csv, b.csv",
  ],
  ["an empty archive", zipSync({}), "damaged or cut off"],
  ["JSON that is no table", '{"a": 1}', "expected records, rows or columns of a table"],
  ["a line that is no record", '{"x":1}\n{"x":2}\noops\n', 'row 3: expected one JSON record per line, got "oops"'],
  ["an empty file", "", "got an empty file"],
])("refused by name: %s", async (_, content, says) => {
  const error: unknown = await readFile(content, { file: "f" }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).message).toContain(says);
});

test.each(WAV_FORMATS)("a waveform of %s is written and read back to the same bits", (format) => {
  const bits = Number(/\d+/.exec(format)![0]);
  const scale = format.startsWith("pcm") ? 2 ** (bits - 1) : 2 ** 20;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -scale, max: scale - 1 }), fc.integer({ min: -scale, max: scale - 1 })), {
        maxLength: 20,
      }),
      (pairs) => {
        const channels = [0, 1].map((c) => Float64Array.from(pairs, (pair) => pair[c]! / scale));
        const written = { sampleRate: 44_100, format, channels };
        expect(readWave(writeWave(written))).toEqual(written);
      },
    ),
  );
  expect(waveSeries(wave).columns[0]!.values).toBe(wave.channels[0]);
});

test("a WAV header that lies is refused", () => {
  const good = writeWave(wave);
  const with32 = (at: number, x: number) => {
    const copy = good.slice();
    new DataView(copy.buffer).setUint32(at, x, true);
    return copy;
  };
  expect(() => readWave(with32(40, 0xffff_fff0))).toThrow(
    /ends within its part "data": 4294967280 bytes expected, 100 there/,
  );
  expect(() => readWave(good.subarray(0, 60))).toThrow(DataError);
  expect(() => readWave(with32(20, 0x0001_0055))).toThrow(/encoding 85 with 16 bits/);
  expect(() => readWave(with32(32, 0x0010_0003))).toThrow(/sizes that contradict each other/);
});

const READERS: readonly (readonly [string, Uint8Array, (content: Uint8Array) => Promise<unknown> | unknown])[] = [
  ["text", bytes(csv), (content) => readTable(content)],
  ["JSON", bytes(JSON.stringify(records)), (content) => readJson(content)],
  ["a workbook", xlsx, (content) => readXlsx(content)],
  ["WAV", writeWave(wave), (content) => readWave(content)],
];

test.each(READERS)(
  "%s with changed, lost or added bytes is read or refused by a DataError",
  async (_, good, read) => {
    const change = fc.record({ at: fc.nat({ max: good.length - 1 }), byte: fc.nat({ max: 255 }) });
    const damage = fc.record({
      changes: fc.array(change, { maxLength: 6 }),
      from: fc.nat({ max: 3 }),
      length: fc.oneof(fc.nat({ max: good.length }), fc.constant(good.length)),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ changes, from, length }) => {
        const content = good.slice();
        for (const { at, byte } of changes) content[at] = byte;
        try {
          await read(content.slice(from === 1 ? 1 : 0, length));
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  },
);

test.each<[string, Uint8Array, (content: Uint8Array) => Promise<unknown>]>([
  ["Parquet", parquet, readParquet],
  ["Arrow", arrow, readArrow],
])("%s that is cut off is refused by a DataError, or read as far as it is whole", async (_, good, read) => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: good.length - 1 }), async (length) => {
      try {
        await read(good.slice(0, length));
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
  await expect(read(good.slice(0, good.length >> 1))).rejects.toBeInstanceOf(DataError);
});

test("types of files are told by their first bytes", () => {
  expect([csv, '[{"a":1}]', '{"a":1}', "<html>"].map((text) => fileType(bytes(text)))).toEqual([
    "text",
    "json",
    "json",
    "html",
  ]);
  expect([parquet, arrow, xlsx, writeWave(wave)].map(fileType)).toEqual(["parquet", "arrow", "zip", "wav"]);
});
