/** Words that stand for a missing value in the files of other tools, in lower case. An empty cell needs no word. */
export const MISSING_WORDS = [
  "na",
  "n/a",
  "n.a.",
  "#n/a",
  "#na",
  "<na>",
  "nan",
  "-nan",
  "null",
  "none",
  "nil",
  "nat",
  "missing",
  "-",
  "--",
  "–",
  "—",
  "?",
  ".",
  "..",
  "...",
] as const;

const WORDS: ReadonlySet<string> = new Set(MISSING_WORDS);
const LONGEST = 8;

/** Whether a text stands for a missing value by itself, whatever its case. */
export function isMissingWord(text: string): boolean {
  return text.length <= LONGEST && WORDS.has(text.toLowerCase());
}
