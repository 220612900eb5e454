import type { Inspection } from "@sluice/data";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { csvOptions, type Input, textOf } from "../input.js";
import type { Speaker } from "../speaker.js";
import { textTable } from "../text-table.js";

/** Faults of one kind that are listed before the rest is only counted. */
const SHOWN = 5;

/** Looks through a CSV and says what a run would meet. Bad data exits with its code, after all of it was said. */
export async function check(input: Input, speaker: Speaker): Promise<ExitCode> {
  const { inspectCsv, readCsv } = await import("@sluice/data");
  let text = "";
  for await (const chunk of textOf(input, speaker.terminal)) text += chunk;
  const options = csvOptions(input);
  const found = inspectCsv(text, options);
  const faults = faultsOf(found);
  const usable = faults.length === 0 ? await planned(readCsv(text, options)) : null;
  const windows = usable && "windows" in usable ? usable.windows : 0;
  speaker.result(`${factLines(found, usable)}${listed(faults)}`, () => ({ file: input.file, ...found, windows }));
  if (faults.length > 0) {
    speaker.complain(
      `${input.file}: ${faults.length} ${faults.length === 1 ? "fault" : "faults"} to be mended before a run`,
    );
    return EXIT.badData;
  }
  return EXIT.done;
}

type Usable = { readonly windows: number; readonly lookback: number } | { readonly reason: string };

/** How many windows the default recipe would train on, or why it could not. */
async function planned(series: Parameters<typeof import("@sluice/pipeline").plan>[0]): Promise<Usable> {
  const { lagOf } = await import("@sluice/data");
  const { plan } = await import("@sluice/pipeline");
  try {
    const { recipe, split } = plan(series);
    return { windows: split.train - lagOf(recipe.transforms) - recipe.lookback, lookback: recipe.lookback };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

function factLines({ rows, columns, time, gaps }: Inspection, usable: Usable | null): string {
  const facts = [
    ["rows", String(rows)],
    [
      "time",
      `${time.name}, by ${time.unit}${time.step === 1 ? "" : ` in steps of ${time.step}`}: ${time.first} … ${time.last}`,
    ],
    ...columns.map(({ name, numbers, missing }) => [`column ${name}`, `${numbers} numbers, ${missing} empty`]),
    [
      "gaps",
      gaps.length === 0
        ? "none"
        : `${gaps.length}, the longest of ${Math.max(...gaps.map(({ steps }) => steps))} steps`,
    ],
  ];
  if (usable) {
    const words = "windows" in usable ? `${usable.windows}, lookback ${usable.lookback}` : `none: ${usable.reason}`;
    facts.push(["usable windows", words]);
  }
  const width = Math.max(...facts.map(([name]) => name!.length));
  return facts.map(([name, value]) => `${name!.padEnd(width)}  ${value}\n`).join("");
}

interface Fault {
  readonly row: number;
  readonly words: string;
}

function faultsOf({ badCells, duplicates, unsorted, ragged }: Inspection): Fault[] {
  return [
    ...badCells.map(({ row, column, text }) => ({
      row,
      words: `column ${column}: "${text}" is no ${text === "" ? "time" : "number"}`,
    })),
    ...duplicates.map(({ row, time }) => ({ row, words: `${time} again` })),
    ...unsorted.map(({ row, time }) => ({ row, words: `${time} comes after a later time` })),
    ...ragged.map(({ row, cells }) => ({ row, words: `${cells} cells, unlike the first row` })),
  ].sort((a, b) => a.row - b.row);
}

function listed(faults: readonly Fault[]): string {
  if (faults.length === 0) return "";
  const rows = faults.slice(0, SHOWN).map(({ row, words }) => [`row ${row}`, words]);
  const rest = faults.length > SHOWN ? `… and ${faults.length - SHOWN} more\n` : "";
  return `\n${textTable(rows)}${rest}`;
}
