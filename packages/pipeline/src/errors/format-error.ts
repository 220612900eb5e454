/** A file, or an object read from one, is not in the expected format. */
export class FormatError extends Error {
  override readonly name = "FormatError";

  /** @param problem the field, what was expected and what was found */
  constructor(
    /** The path of the file, or the kind of file. */
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${problem}`, options);
  }
}
