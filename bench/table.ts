/** Prints rows under a title: the first column to the left, the others to the right. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}`);
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  for (const row of rows) {
    console.log(
      `  ${row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join("   ")}`,
    );
  }
}

export const ms = (n: number | undefined) => (n === undefined ? "–" : n.toFixed(n < 10 ? 3 : 1));
export const times = (n: number | undefined) => (n === undefined ? "–" : `${n.toFixed(2)}×`);
export const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
