/** What XML 1.0 does not allow, even escaped: C0 characters but tab and line breaks, U+FFFE, U+FFFF and halves of surrogate pairs. */
const NOT_ALLOWED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const CONTROL_PICTURES = 0x2400;

/** Text with the characters that XML does not allow replaced: control characters by their pictures (␛), others by U+FFFD. */
export function xmlText(text: string): string {
  return text.replace(NOT_ALLOWED, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : "\ufffd";
  });
}
