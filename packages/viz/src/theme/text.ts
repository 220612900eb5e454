/**
 * Approximate character widths in ems, measured on DejaVu Sans, the widest font of the charts' font list. Charts drawn
 * without a browser have no layout engine that could measure text.
 */
const NARROW = /[ijlIJrft .,:;'|!()[\]/-]/;
const WIDE = /[mwMWDGHNOQ@%&#+<=>~−≤—…→]/;
/** Width of semibold text relative to regular text. */
const SEMIBOLD = 1.12;

/**
 * The approximate width of text, in pixels.
 * @internal
 */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += NARROW.test(character) ? 0.35 : WIDE.test(character) ? 0.88 : 0.63;
  return ems * fontSize;
}

/**
 * Breaks text at spaces into lines of at most `width` pixels; a single longer word keeps its own line.
 * @internal
 */
export function wrap(text: string, width: number, fontSize: number, semibold = false): string[] {
  const available = semibold ? width / SEMIBOLD : width;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, fontSize) <= available) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
