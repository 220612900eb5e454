/**
 * Widths of characters in ems, after DejaVu Sans, the widest face of the charts' font list: there is no layout to ask
 * where charts are drawn headless.
 */
const NARROW = /[ijlIJrft .,:;'|!()[\]/-]/;
const WIDE = /[mwMWDGHNOQ@%&#+<=>~−≤—…→]/;
/** A semibold face beside a regular one. */
const SEMIBOLD = 1.12;

/** The approximate width of text, in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += NARROW.test(character) ? 0.35 : WIDE.test(character) ? 0.88 : 0.63;
  return ems * fontSize;
}

/** Breaks text into lines no wider than `width` where words allow it. */
export function wrap(text: string, width: number, fontSize: number, semibold = false): string[] {
  const room = semibold ? width / SEMIBOLD : width;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
