/** The command line is invalid or cannot be carried out: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
