import { unzipSync } from "fflate";
import readWorkbook from "read-excel-file/universal";
import { DataError } from "../data-error.js";
import type { Table } from "../table/interpret.js";
import { columnOf } from "../table/made-column.js";
import { tableFrom } from "../table/made-table.js";
import { checkReadOptions, type ReadOptions } from "../table/options.js";
import { allBytes, chunksOf, type Source } from "./source.js";

export interface XlsxOptions extends ReadOptions {
  /** The sheet by its name; the first by default. */
  readonly sheet?: string;
}

/** The most bytes that a workbook may unpack to: 512 MB. */
const MAX_UNPACKED = 0x2000_0000;

/**
 * Reads one sheet of an Excel workbook (.xlsx). Its table begins at the first row with more than half of the cells filled.
 * @throws DataError for a damaged workbook, a sheet that does not exist, or anything that is not understood in its table.
 */
export async function readXlsx(source: Source, options: XlsxOptions = {}): Promise<Table> {
  const { sheet: wanted, ...plain } = options;
  checkReadOptions(plain);
  const { file } = options;
  const bytes = await allBytes(chunksOf(source));
  expectBounded(bytes, file);
  let sheets: Awaited<ReturnType<typeof readWorkbook>>;
  try {
    sheets = await readWorkbook(bytes.slice().buffer);
  } catch (error) {
    throw damaged(file, error);
  }
  const chosen = wanted === undefined ? sheets[0] : sheets.find(({ sheet }) => sheet === wanted);
  if (!chosen) {
    throw new DataError(`no sheet "${wanted}"; there are ${sheets.map(({ sheet }) => `"${sheet}"`).join(", ")}`, {
      file,
      hint: "--sheet",
    });
  }
  const rows = chosen.data as readonly (readonly unknown[])[];
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const filled = (row: readonly unknown[]) => row.filter((cell) => cell !== null && cell !== "").length;
  const isTable = (row: readonly unknown[], i: number) =>
    filled(row) * 2 > width || (filled(row) * 2 === width && filled(rows[i + 1] ?? []) === width);
  const skip = options.skipRows ?? rows.findIndex(isTable);
  const [header, ...body] = rows.slice(Math.max(0, skip));
  if (!header || body.length === 0)
    throw new DataError(`expected rows of data, got none in sheet "${chosen.sheet}"`, { file, hint: "--sheet" });
  const headed = plain.header ?? header.some((cell) => typeof cell === "string");
  const names = Array.from(
    { length: width },
    (_, i) => (headed ? nameOf(header[i]) : "") || (i === 0 && headed ? "" : String(i + 1)),
  );
  const data = (headed ? body : [header, ...body]).filter((row) => filled(row) > 0);
  return tableFrom(
    names.map((name, c) =>
      columnOf(
        name,
        data.map((row) => row[c] ?? null),
        c,
      ),
    ),
    plain,
    skip + (headed ? 2 : 1),
  );
}

const nameOf = (cell: unknown): string =>
  cell instanceof Date ? cell.toISOString().slice(0, 10) : cell === null || cell === undefined ? "" : String(cell);

const damaged = (file: string | undefined, error: unknown) =>
  new DataError(
    `expected an Excel workbook (.xlsx), got a file that is damaged, cut off or protected (${(error as Error).message})`,
    { file },
  );

/** @throws DataError for an archive that would unpack to too much. */
function expectBounded(bytes: Uint8Array, file: string | undefined): void {
  let total = 0;
  try {
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize;
        return false;
      },
    });
  } catch (error) {
    throw damaged(file, error);
  }
  if (total > MAX_UNPACKED)
    throw new DataError("expected a workbook of at most 512 MB unpacked, got a larger one; save the sheet as CSV", {
      file,
    });
}
