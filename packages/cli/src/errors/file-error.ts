/** A file or directory cannot be read or written. */
export class FileError extends Error {
  override readonly name = "FileError";

  constructor(
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${problem}`, options);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory; check the path",
  ENOTDIR: "a part of the path is not a directory; check the path",
  EISDIR: "is a directory; give a file",
  EEXIST: "exists already",
  ENOTEMPTY: "the directory is not empty",
  EACCES: "permission denied; check the permissions",
  EPERM: "permission denied; check the permissions",
  EROFS: "the file system is read-only; choose another directory",
  ENOSPC: "no space left on the device; free some, and try again",
  EDQUOT: "the quota of the disk is exceeded; free some space, and try again",
  EFBIG: "the file is too large for the file system",
  EIO: "the device reports an error",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "too many links in the path",
  EBUSY: "is in use",
  EPIPE: "the reader has closed the pipe",
};

/** An error of the operating system, with the file that it is about; any other error as it is. */
export function fileError(file: string, error: unknown): unknown {
  const reason = error instanceof Error && REASONS[(error as NodeJS.ErrnoException).code ?? ""];
  return reason ? new FileError(file, reason, { cause: error }) : error;
}

/** Calls a function that uses a file; errors of the operating system name the file and the way out. */
export function namingFile<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw fileError(file, error);
  }
}
