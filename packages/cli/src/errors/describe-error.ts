import { EXIT, type ExitCode } from "./exit-codes.js";

/** An error as the command line reports it. */
export interface ErrorDescription {
  readonly code: ExitCode;
  /** One line: what is wrong, what was expected, what to do. */
  readonly line: string;
  readonly place?: {
    readonly file?: string;
    readonly row?: number;
    readonly column?: string;
    /** The flag that settles it. */
    readonly hint?: string;
  };
}

/**
 * The exit code and the line of an error. Its class decides, wherever it was thrown; classes are compared by name, so that
 * reporting an error does not load the package that defines it. An error of any other class is a failure.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { code: EXIT.failed, line: String(error) };
  const line = error.message.split("\n")[0] || error.name;
  switch (error.name) {
    case "UsageError": // the command line
    case "RecipeError": // an option of the recipe
      return { code: EXIT.usage, line };
    case "DataError": // a series
    case "FormatError": // a file of a run
      return { code: EXIT.badData, line: withHint(line, error), place: placeOf(error) };
    case "DivergedError": // training
      return { code: EXIT.diverged, line: divergence(error as Error & Divergence) };
    case "StoppedError": // a signal
      return { code: (error as Error & { exitCode: ExitCode }).exitCode, line };
    case "ReferenceError": // node --jitless
      if (!line.startsWith("WebAssembly is not defined")) return { code: EXIT.failed, line };
      return {
        code: EXIT.failed,
        line: "this JavaScript engine runs without WebAssembly; start node without --jitless",
      };
    default:
      return { code: EXIT.failed, line };
  }
}

function withHint(line: string, error: Error): string {
  const { hint } = error as Error & { hint?: string };
  return hint === undefined ? line : `${line} (${hint})`;
}

function placeOf(error: Error): NonNullable<ErrorDescription["place"]> {
  const { file, row, column, hint } = error as Error & NonNullable<ErrorDescription["place"]>;
  return {
    ...(file !== undefined && { file }),
    ...(row !== undefined && { row }),
    ...(column !== undefined && { column }),
    ...(hint !== undefined && { hint }),
  };
}

interface Divergence {
  readonly epoch: number;
  readonly batch: number;
  readonly tensor: string;
}

function divergence({ epoch, batch, tensor }: Divergence): string {
  return `training diverged in epoch ${epoch + 1}, batch ${batch + 1}: ${tensor} is not finite; use a lower --learning-rate, or --clip global-norm:1`;
}
