import { type Unzipped, unzipSync, zipSync } from "fflate";
import { ModelFileError, unreadable } from "../model-file-error.js";

/** An archive may unpack to 64 times its size or to 64 MiB: weights hardly compress, a zip bomb does. */
const MAX_RATIO = 64;
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Unpacks a zip archive.
 * @throws ModelFileError for bytes that are not an archive, and for an archive that would unpack beyond the limit.
 */
export function unzip(where: string, bytes: Uint8Array): Unzipped {
  const limit = Math.max(MAX_BYTES, MAX_RATIO * bytes.length);
  let total = 0;
  const filter = ({ originalSize }: { readonly originalSize: number }) => {
    total += originalSize;
    if (total > limit) unreadable(where, `at most ${limit} bytes unpacked`, total);
    return true;
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    const reason = cause instanceof Error ? cause.message : cause;
    return unreadable(where, "a zip archive", `one that cannot be read (${reason}); is it complete?`, cause);
  }
}

/** Packs files without compression; the bytes depend only on names and contents. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...files }, { level: 0, mtime: "1980-06-01T12:00:00" });
}
