import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { namingFile } from "../errors/file-error.js";

/**
 * Writes a file under a temporary name, flushes and renames it: after a crash there is the old file or the new one, never a part.
 * A file that is replaced keeps its permissions.
 * @throws FileError that names the file.
 */
export function writeAtomically(
  path: string,
  content: string | Uint8Array,
  temporary = `${path}.${process.pid}.tmp`,
): void {
  namingFile(path, () => {
    try {
      const file = openSync(temporary, "w", statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666);
      try {
        writeFileSync(file, content);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    flushDirectory(dirname(path));
  });
}

/** Flushes the renaming, too. Windows cannot open directories. */
export function flushDirectory(path: string): void {
  if (process.platform === "win32") return;
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
