/** The bytes of a file are not valid: damaged, cut off, or of another format or version. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/** Runs a check of a file's content. Its TypeError or RangeError, which names a value, becomes a FormatError that names the file, too. */
export function readingFile<T>(file: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new FormatError(`${file}: ${cause.message}`, { cause });
  }
}
