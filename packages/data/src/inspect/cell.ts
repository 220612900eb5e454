const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The number that a cell holds: NaN for an empty cell, undefined for text that is no finite number. */
export function parseCell(text: string, decimal: "." | ","): number | undefined {
  if (text === "") return Number.NaN;
  const plain = decimal === "," ? text.replace(",", ".") : text;
  if (!PLAIN.test(plain) || (decimal === "," && text.includes("."))) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
