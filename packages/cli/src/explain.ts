import { EXIT, type ExitCode } from "./exit-codes.js";

/** What a failure means to a caller, and what it says to a reader. */
export interface Explanation {
  readonly code: ExitCode;
  /** One line: the thing, what was expected, what came, what to do. */
  readonly line: string;
  readonly where?: { readonly file?: string; readonly row?: number; readonly column?: string };
}

/** Errors are told apart by name, so that no package need be loaded to explain one. */
export function explain(error: unknown): Explanation {
  if (!(error instanceof Error)) return { code: EXIT.failed, line: String(error) };
  const line = error.message.split("\n")[0]!;
  if (error.name === "UsageError") return { code: EXIT.usage, line };
  if (error.name === "DataError") return { code: EXIT.badData, line, where: whereOf(error) };
  if (error.name === "DivergedError")
    return { code: EXIT.diverged, line: divergence(error as unknown as Divergence) };
  return { code: EXIT.failed, line: line || error.name };
}

function whereOf(error: Error): NonNullable<Explanation["where"]> {
  const { file, row, column } = error as Error & { file?: string; row?: number; column?: string };
  return {
    ...(file !== undefined && { file }),
    ...(row !== undefined && { row }),
    ...(column !== undefined && { column }),
  };
}

interface Divergence {
  readonly epoch: number;
  readonly batch: number;
  readonly tensor: string;
}

function divergence({ epoch, batch, tensor }: Divergence): string {
  return `training diverged in epoch ${epoch + 1}, batch ${batch + 1}: ${tensor} is not finite; try a lower --learning-rate, or --clip global-norm:1`;
}
