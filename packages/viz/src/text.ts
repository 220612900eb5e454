/** Widths of characters in a usual sans-serif face, in ems: there is no layout to ask where charts are drawn headless. */
const NARROW = /[ijlI.,:;'|!()[\]ft ]/;
const WIDE = /[mwMWGOQ@%—→]/;

/** The approximate width of text, in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += NARROW.test(character) ? 0.32 : WIDE.test(character) ? 0.86 : 0.58;
  return ems * fontSize;
}

/** Breaks text into lines no wider than `width` where words allow it. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
