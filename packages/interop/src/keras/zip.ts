import { type Unzipped, unzipSync, zipSync } from "fflate";
import { refuse } from "../refuse.js";

/** An archive may unpack to 64 times its size, or 64 MiB: weights hardly shrink, zeros do. */
const MOST_TIMES = 64;
const MOST_BYTES = 64 * 2 ** 20;

/**
 * The files of a zip archive.
 * @throws RangeError for bytes that are no archive, or that would unpack to more than their size allows.
 */
export function unzip(where: string, bytes: Uint8Array): Unzipped {
  const limit = Math.max(MOST_BYTES, MOST_TIMES * bytes.length);
  let total = 0;
  const filter = ({ originalSize }: { readonly originalSize: number }) => {
    total += originalSize;
    if (total > limit) refuse(where, `at most ${limit} bytes unpacked`, total);
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.startsWith(where)) throw cause;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`${where}: expected a zip archive, got one that cannot be read (${words}); is it whole?`, {
      cause,
    });
  }
}

/** An archive without compression, the same bytes at any time and place. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...files }, { level: 0, mtime: "1980-06-01T12:00:00" });
}
