/** A file, or the content of one, is not valid: damaged, cut off, or of another format or version. */
export class FormatError extends Error {
  override readonly name = "FormatError";

  /** @param problem the part that is wrong, what was expected and what was found */
  constructor(
    /** What was read: a path, or the kind of file. */
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${problem}`, options);
  }
}

/**
 * Runs a check of a file's content. Its TypeError or RangeError, which names a value, becomes a FormatError that names the file, too.
 * `check` only checks, so that an error in the code that uses the content is not taken for one of the file.
 */
export function readingFile<T>(file: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof TypeError)) throw cause;
    throw new FormatError(file, cause.message, { cause });
  }
}
