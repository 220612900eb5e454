import { formatTime, type Panel, type Table } from "@sluice/data";
import { type Prepared, plan } from "@sluice/pipeline";
import { describeTransforms, warningsOf } from "../report/words.js";
import { noteLine, tableLines } from "./table-lines.js";

/** The most series that are listed. */
const LISTED = 5;

/** What `check` prints of a table, and of its preparation if it can be used. */
export function factLines(table: Table, prepared: Prepared | undefined): string {
  const { panel, notes } = table;
  const { rows, absent, time, columns } = factsOf(panel);
  const facts: [name: string, value: string][] = [
    ["rows", String(rows)],
    ...(panel.length > 1 ? [["series", seriesList(panel)] as [string, string]] : []),
    ["time", `${time.name}, ${time.first} … ${time.last}`],
    ["frequency", table.choice.frequency ?? "none"],
    ...columns.map(({ name, numbers, missing }): [string, string] => [
      `column ${name}`,
      `${numbers} numbers, ${missing} missing`,
    ]),
    ["gaps", absent === 0 ? "none" : `${absent} rows absent`],
    ...(prepared ? usableFacts(prepared) : []),
  ];
  const width = facts.reduce((most, [name]) => Math.max(most, name.length), 0);
  const warnings = prepared ? warningsOf(plan(prepared)).map((warning) => `warning: ${warning}`) : [];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    tableLines(table)[0],
    ...notes.map(noteLine),
    ...warnings,
    "",
  ].join("\n");
}

function usableFacts(prepared: Prepared): [name: string, value: string][] {
  const { recipe } = prepared;
  return [
    ["usable windows", `${windowsOf(prepared)}, lookback ${recipe.lookback}, season ${recipe.season}`],
    ["transforms", describeTransforms(recipe)],
  ];
}

function seriesList(panel: Panel): string {
  const listed = panel.slice(0, LISTED).map(({ name }) => name);
  return `${panel.length}: ${listed.join(", ")}${panel.length > LISTED ? ", …" : ""}`;
}

const windowsOf = ({ recipe, train, lag }: Prepared): number => train - lag - recipe.lookback;

/** The same as JSON. */
export function factsJson({ panel, choice, notes }: Table, prepared: Prepared | undefined): object {
  const common = { series: panel.length, ...factsOf(panel), choice, notes };
  if (!prepared) return { ...common, windows: 0 };
  const { season, transforms, lookback } = prepared.recipe;
  const facts = plan(prepared);
  const { missing } = facts.data;
  const warnings = warningsOf(facts);
  return { ...common, missing, windows: windowsOf(prepared), lookback, season, transforms, warnings };
}

/** Numbers of rows and values over all series. */
function factsOf(panel: Panel) {
  const [first] = panel;
  let rows = 0;
  let absent = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const columns = (first?.columns ?? []).map(({ name }) => ({ name, numbers: 0, missing: 0 }));
  for (const { time, lines, columns: own } of panel) {
    rows += time.values.length;
    for (const line of lines ?? []) if (line === 0) absent++;
    from = Math.min(from, time.values[0] ?? from);
    to = Math.max(to, time.values.at(-1) ?? to);
    for (const [c, { values }] of own.entries()) {
      let missing = 0;
      for (const value of values) if (Number.isNaN(value)) missing++;
      columns[c]!.missing += missing;
      columns[c]!.numbers += values.length - missing;
    }
  }
  const { name = "row", unit = "index" } = first?.time ?? {};
  const text = (value: number) => (Number.isFinite(value) ? formatTime(unit, value) : "");
  return { rows, absent, time: { name, unit, first: text(from), last: text(to) }, columns };
}
