import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { fields, integerFrom, text } from "@sluice/pipeline/formats";
import * as v from "valibot";
import { FileError, fileError } from "../errors/file-error.js";
import { isRunning, processStart } from "./process-start.js";

/** Who holds a lock. */
export interface Owner {
  readonly pid: number;
  /** See `processStart`. */
  readonly start: string | null;
  readonly host: string;
}

const owner: v.GenericSchema<unknown, Owner> = fields({ pid: integerFrom(1), start: v.nullable(text), host: text });

/** Milliseconds after which a lock without a readable owner is left over: a live process writes it at once. */
const GRACE = 2000;

/** A file that one process holds while it writes a directory. A lock whose process has ended is taken over. */
export class Lock {
  readonly #path: string;
  readonly #content = `${JSON.stringify({ pid: process.pid, start: processStart(process.pid), host: hostname() })}\n`;
  /** The owner whose lock was taken over; null if it could not be read. */
  readonly stale: Owner | null | undefined;

  /**
   * Takes the lock.
   * @throws FileError if a process that may still run holds it.
   */
  constructor(path: string) {
    this.#path = path;
    if (this.#create()) return;
    const found = read(path);
    if (found !== undefined) {
      const owner = ownerOf(found);
      expectEnded(path, owner);
      this.stale = owner;
      this.#moveAway(found);
    }
    if (!this.#create()) expectEnded(path, ownerOf(read(path) ?? ""), true);
  }

  /** @throws FileError if the lock was removed or another process has it. */
  expectHeld(): void {
    if (read(this.#path) === this.#content) return;
    throw new FileError(
      this.#path,
      "was removed while the run was at work; nothing more is written to its directory",
    );
  }

  /** Gives the lock up, unless it was removed meanwhile. */
  release(): void {
    if (read(this.#path) === this.#content) rmSync(this.#path, { force: true });
  }

  #create(): boolean {
    try {
      const file = openSync(this.#path, "wx");
      try {
        writeSync(file, this.#content);
      } finally {
        closeSync(file);
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw fileError(this.#path, error);
    }
  }

  /** Removes a stale lock. Of two processes that find it, one moves it; if that was a new one already, it is put back. */
  #moveAway(stale: string): void {
    const aside = `${this.#path}.${process.pid}`;
    try {
      renameSync(this.#path, aside);
    } catch {
      return; // another process was faster
    }
    if (read(aside) === stale) rmSync(aside, { force: true });
    else renameSync(aside, this.#path);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function ownerOf(content: string): Owner | null {
  try {
    return v.parse(owner, JSON.parse(content));
  } catch {
    return null;
  }
}

function expectEnded(path: string, owner: Owner | null, taken = false): void {
  if (owner && owner.host !== hostname()) {
    throw new FileError(
      path,
      `process ${owner.pid} on ${owner.host} is writing this run; if it has ended, remove this file and try again`,
    );
  }
  if (taken || (owner ? isRunning(owner.pid, owner.start) : ageOf(path) < GRACE)) {
    const who = owner ? `process ${owner.pid}` : "another process";
    throw new FileError(path, `${who} is writing this run; wait until it has ended, or stop it`);
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
