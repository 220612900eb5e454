/** Prints rows under a title; the first row names the columns. Columns without a name are aligned left, the others right. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}`);
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const pad = (cell: string, c: number) => (rows[0]![c] === "" ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!));
  for (const row of rows) console.log(`  ${row.map(pad).join("   ")}`.trimEnd());
}

export const ms = (n: number) => n.toFixed(n < 10 ? 3 : 1);
export const times = (n: number) => `${n.toFixed(n < 100 ? 2 : 0)}×`;
export const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
