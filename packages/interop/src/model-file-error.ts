import { show } from "@sluice/kernel-wasm/checks";

/**
 * A file that does not give a network.
 * - "unreadable": it is damaged, incomplete, contradicts itself, or has another format;
 * - "unsupported": it is intact, but the network in it is none that `Gru` can compute, or one of several;
 * - "mismatch": the network computes other outputs than the file's example says.
 */
export class ModelFileError extends Error {
  override readonly name = "ModelFileError";

  constructor(
    readonly reason: "unreadable" | "unsupported" | "mismatch",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Throws for a damaged file or one of another format.
 * @internal
 */
export function unreadable(where: string, expected: string, got: unknown, cause?: unknown): never {
  throw new ModelFileError("unreadable", messageOf(where, expected, got), cause === undefined ? {} : { cause });
}

/**
 * Throws for an intact file whose network is not supported.
 * @internal
 */
export function unsupported(where: string, expected: string, got: unknown): never {
  throw new ModelFileError("unsupported", messageOf(where, expected, got));
}

/** @internal */
export function messageOf(where: string, expected: string, got: unknown): string {
  return `${where}: expected ${expected}, got ${typeof got === "object" ? show(got) : got}`;
}
