import type { Inspection, Series } from "@sluice/data";
import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { csvOptions, type Input, readText } from "../run/input.js";
import type { Output } from "../terminal/output.js";
import { textTable } from "../terminal/text-table.js";

/** The number of faults that are listed; further ones are counted. */
const LISTED = 5;

/** Reports the contents of a CSV file and whether a run can use it. For bad data, returns its exit code after the whole report. */
export async function check(input: Input, output: Output): Promise<ExitCode> {
  const { inspectCsv, readCsv } = await import("@sluice/data");
  let text = "";
  for await (const chunk of readText(input, output.terminal)) text += chunk;
  const options = csvOptions(input);
  const found = inspectCsv(text, options);
  const faults = faultsOf(found);
  const usable = faults.length === 0 ? await usableWindows(readCsv(text, options)) : null;
  const windows = usable && "windows" in usable ? usable.windows : 0;
  output.data(`${factLines(found, usable)}${faultLines(faults)}`, () => ({ file: input.file, ...found, windows }));
  if (faults.length === 0) return EXIT.done;
  output.error(`${input.file}: correct ${faults.length === 1 ? "1 fault" : `${faults.length} faults`} before a run`);
  return EXIT.badData;
}

type UsableWindows = { readonly windows: number; readonly lookback: number } | { readonly reason: string };

/** The number of windows that the default recipe trains on, or why it cannot train. */
async function usableWindows(series: Series): Promise<UsableWindows> {
  const { DataError } = await import("@sluice/data");
  const { prepare } = await import("@sluice/pipeline");
  try {
    const { recipe, train, lag } = prepare(series);
    return { windows: train - lag - recipe.lookback, lookback: recipe.lookback };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { reason: error.message };
  }
}

function factLines({ rows, columns, time, gaps }: Inspection, usable: UsableWindows | null): string {
  const step = time.step === 1 ? "" : ` in steps of ${time.step}`;
  const longest = gaps.reduce((most, { steps }) => Math.max(most, steps), 0);
  const facts: [name: string, value: string][] = [
    ["rows", String(rows)],
    ["time", `${time.name}, by ${time.unit}${step}: ${time.first} … ${time.last}`],
    ...columns.map(({ name, numbers, missing }): [string, string] => [
      `column ${name}`,
      `${numbers} numbers, ${missing} empty`,
    ]),
    ["gaps", gaps.length === 0 ? "none" : `${gaps.length}, the longest of ${longest} steps`],
  ];
  if (usable) {
    const value = "windows" in usable ? `${usable.windows}, lookback ${usable.lookback}` : `none: ${usable.reason}`;
    facts.push(["usable windows", value]);
  }
  const width = facts.reduce((most, [name]) => Math.max(most, name.length), 0);
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

interface Fault {
  readonly row: number;
  readonly problem: string;
}

function faultsOf({ badCells, duplicates, unsorted, ragged }: Inspection): Fault[] {
  return [
    ...badCells.map(({ row, column, text }) => ({
      row,
      problem: `column ${column}: "${text}" is not a ${text === "" ? "time" : "number"}`,
    })),
    ...duplicates.map(({ row, time }) => ({ row, problem: `duplicate time ${time}` })),
    ...unsorted.map(({ row, time }) => ({ row, problem: `${time} comes after a later time` })),
    ...ragged.map(({ row, cells }) => ({ row, problem: `${cells} cells, unlike the first row` })),
  ].sort((a, b) => a.row - b.row);
}

function faultLines(faults: readonly Fault[]): string {
  if (faults.length === 0) return "";
  const rows = faults.slice(0, LISTED).map(({ row, problem }) => [`row ${row}`, problem]);
  const rest = faults.length > LISTED ? `… and ${faults.length - LISTED} more\n` : "";
  return `\n${textTable(rows)}${rest}`;
}
