/** A word as a POSIX shell reads it: unchanged if it is plain, otherwise in single quotes. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
