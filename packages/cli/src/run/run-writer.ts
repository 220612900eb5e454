import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FileError, namingFile } from "../errors/file-error.js";
import { UsageError } from "../errors/usage-error.js";
import { Lock } from "../files/lock.js";
import { writeAtomically } from "../files/write-atomically.js";
import { shellQuote } from "../terminal/shell-quote.js";
import type { RunConfig } from "./config.js";
import { expectPlots, hashOf, RunDirectory } from "./directory.js";
import { type EpochLine, MetricsLog } from "./log.js";
import { outState } from "./out-directory.js";
import { removeFiles, removeIfEmpty } from "./remove-run.js";
import { completeReplacement, hasReplacement, removeReplacement, replacementOf } from "./replacement.js";
import { FILES, LIST, LOCK, PLOTS, type RunList, type RunState, readList, TEMPORARY, writeList } from "./run-list.js";

/** The files that a finished run adds to its directory. */
export interface ResultFiles {
  readonly config: RunConfig;
  readonly model: Uint8Array;
  readonly forecast: string;
  /** The text of each svg, by the stem of its file. */
  readonly plots: Readonly<Record<string, string>>;
  readonly report: string;
}

/** Reports what the user should know. */
type Say = (line: string) => void;

/**
 * Writes one run. A first run is written in its directory, which is made when the run has something to save. A run that
 * replaces another is built in a folder inside that directory and moved when it is finished, so the old run is whole until then.
 */
export class RunWriter {
  /** The directory that the user named. */
  readonly path: string;
  #folder: string;
  #lock: Lock | undefined;
  #files: RunList["files"] = {};
  /** The topmost directory that was made. */
  #made: string | undefined;
  /** Whether the directory was made by an earlier process. */
  readonly #isResumed: boolean;
  #begun: boolean;
  #hasCheckpoint = false;

  private constructor(path: string, folder: string, isResumed: boolean) {
    this.path = path;
    this.#folder = folder;
    this.#isResumed = isResumed;
    this.#begun = isResumed;
  }

  /**
   * Prepares a new run; nothing is written, but the run that it replaces is locked.
   * @throws UsageError for a path that cannot hold a run, or a finished run without `force`; FileError if it is at work.
   */
  static create(path: string, { force }: { readonly force: boolean }, say: Say): RunWriter {
    if (outState(path) !== "run") return new RunWriter(path, path, false);
    const writer = new RunWriter(path, replacementOf(path), false);
    writer.#takeLock(say);
    try {
      completeReplacement(path);
      expectReplaceable(path, force);
      return writer;
    } catch (error) {
      writer.release();
      throw error;
    }
  }

  /**
   * Locks the directory of an interrupted run, or of the run that is to replace it.
   * @throws UsageError for a directory without a run; FileError if it is at work.
   */
  static resume(path: string, say: Say): { readonly writer: RunWriter; readonly directory: RunDirectory } {
    RunDirectory.open(path);
    const writer = new RunWriter(path, path, true);
    writer.#takeLock(say);
    try {
      completeReplacement(path);
      if (hasReplacement(path)) writer.#folder = replacementOf(path);
      const directory = RunDirectory.open(writer.#folder);
      writer.#files = directory.list.files;
      writer.#hasCheckpoint = existsSync(directory.checkpointPath);
      return { writer, directory };
    } catch (error) {
      writer.release();
      throw error;
    }
  }

  get reportPath(): string {
    return join(this.path, FILES.report);
  }

  /** Makes the directory with its list, configuration and series, unless it was made before. */
  begin({ config, series }: { readonly config: RunConfig; readonly series: Uint8Array | null }, say: Say): void {
    if (this.#begun) return;
    if (this.#folder !== this.path) removeReplacement(this.path);
    this.#made = namingFile(this.#folder, () => mkdirSync(this.#folder, { recursive: true }));
    if (!this.#lock) this.#takeNewLock(say);
    this.#begun = true;
    const names = [FILES.config, FILES.metrics, FILES.checkpoint, ...(series ? [FILES.series] : [])];
    this.#files = Object.fromEntries(names.map((name) => [name, null]));
    this.#writeList("unfinished");
    this.#write(FILES.config, configText(config));
    if (series) this.#write(FILES.series, series);
  }

  /** Starts metrics.jsonl with the lines of earlier epochs. */
  openLog(lines: readonly EpochLine[]): MetricsLog {
    this.#write(FILES.metrics, "");
    return new MetricsLog(join(this.#folder, FILES.metrics), lines);
  }

  writeCheckpoint(checkpoint: Uint8Array): void {
    this.#write(FILES.checkpoint, checkpoint);
    this.#hasCheckpoint = true;
  }

  /** Writes the results, and then the list with the hash of every file. */
  finish({ config, model, forecast, plots, report }: ResultFiles): void {
    const contents: Record<string, string | Uint8Array> = {
      [FILES.model]: model,
      [FILES.forecast]: forecast,
      ...Object.fromEntries(Object.entries(plots).map(([name, svg]) => [`${PLOTS}/${name}.svg`, svg])),
      [FILES.report]: report,
      [FILES.config]: configText(config),
    };
    const names = [...new Set([...Object.keys(this.#files), ...Object.keys(contents)])];
    expectPlots(this.#folder);
    for (const name of names) this.#expectOwn(name);
    this.#files = Object.fromEntries(names.map((name) => [name, null]));
    this.#writeList("unfinished");
    namingFile(join(this.path, PLOTS), () => mkdirSync(join(this.#folder, PLOTS), { recursive: true }));
    for (const [name, content] of Object.entries(contents)) this.#write(name, content);
    const hashes = names.map((name) => [name, hashOf(contents[name] ?? readFileSync(join(this.#folder, name)))]);
    this.#files = Object.fromEntries(hashes);
    this.#writeList("finished");
    completeReplacement(this.path);
  }

  /**
   * Ends a run that failed. What cannot be resumed is removed; a run that diverged after a checkpoint is kept for inspection,
   * and the next run may replace it.
   */
  fail({ diverged }: { readonly diverged: boolean }): void {
    if (!this.#begun || !existsSync(join(this.#folder, LIST))) return;
    const isReplacement = this.#folder !== this.path;
    if (this.#hasCheckpoint && !(diverged && isReplacement)) {
      if (diverged) this.#writeList("diverged");
      return;
    }
    if (this.#isResumed && !isReplacement) return;
    removeFiles(this.#folder, Object.keys(this.#files));
    if (isReplacement) removeIfEmpty(this.#folder);
  }

  /** Gives the lock up, and removes directories that were made and are empty. */
  release(): void {
    this.#lock?.release();
    this.#lock = undefined;
    if (!this.#made || existsSync(join(this.#folder, LIST))) return;
    try {
      const made = resolve(this.#made);
      for (let path = resolve(this.#folder); path.length >= made.length; path = dirname(path)) {
        rmdirSync(path);
      }
    } catch {
      // another file is in it, or it is gone
    }
  }

  #takeLock(say: Say): void {
    this.#lock = new Lock(join(this.path, LOCK));
    const { stale } = this.#lock;
    if (stale === undefined) return;
    const owner = stale ? `process ${stale.pid}` : "a process";
    say(`${this.path}: took over the lock of ${owner}, which has ended without removing it`);
  }

  /** Locks a directory that was just made, and checks that no other run has been written there meanwhile. */
  #takeNewLock(say: Say): void {
    this.#takeLock(say);
    if (readList(this.path) === undefined) return;
    throw new FileError(this.path, "another run was written there meanwhile; give another directory with --out");
  }

  /** @throws FileError if a file is in the way that is not of this run. */
  #expectOwn(name: string): void {
    const path = join(this.#folder, name);
    if (Object.hasOwn(this.#files, name) || !existsSync(path)) return;
    throw new FileError(
      path,
      `is not a file of the run; move it, then: sluice run --resume ${shellQuote(this.path)}`,
    );
  }

  #writeList(state: RunState): void {
    this.#lock?.expectHeld();
    writeList(this.#folder, { state, files: this.#files });
  }

  #write(name: string, content: string | Uint8Array): void {
    this.#lock?.expectHeld();
    writeAtomically(join(this.#folder, name), content, join(this.#folder, TEMPORARY));
  }
}

const configText = (config: RunConfig) => `${JSON.stringify(config, null, 2)}\n`;

/** @throws UsageError for a run that is worth keeping, unless `force`, and for files of others where the new run writes its own. */
function expectReplaceable(path: string, force: boolean): void {
  const { list, checkpointPath } = RunDirectory.open(path);
  const hasCheckpoint = existsSync(checkpointPath) || hasReplacement(path);
  if (!force && (list.state === "finished" || (list.state === "unfinished" && hasCheckpoint))) {
    const ways = "--force to replace it, or --out for another directory";
    const word = shellQuote(path);
    throw new UsageError(
      list.state === "finished"
        ? `${path} holds a run; use ${ways}`
        : `${path} holds an unfinished run; use --resume ${word} to continue it, ${ways}`,
    );
  }
  expectPlots(path);
  const foreign = Object.values(FILES).find(
    (name) => !Object.hasOwn(list.files, name) && existsSync(join(path, name)),
  );
  if (foreign)
    throw new UsageError(`${join(path, foreign)} is not a file of the run that is there; move it, or use --out`);
}
