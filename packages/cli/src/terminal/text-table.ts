/** Rows as lines of text: the first column left-aligned, the others right-aligned, two spaces between columns. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => rows.reduce((most, row) => Math.max(most, row[c]!.length), 0));
  const line = (row: readonly string[]) =>
    row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** A number with four significant digits, or a dash for none. */
export function formatNumber(x: number | null | undefined): string {
  if (x === null || x === undefined) return "–";
  const size = Math.abs(x);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return x.toExponential(3);
  return size >= 1000 ? x.toFixed(0) : x.toPrecision(4);
}
