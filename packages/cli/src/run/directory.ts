import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError, type Manifest } from "@sluice/pipeline";
import { FileError, namingFile } from "../errors/file-error.js";
import { UsageError } from "../errors/usage-error.js";
import { entryAt } from "../files/entry-at.js";
import { shellQuote } from "../terminal/shell-quote.js";
import { isFinished, parseConfig, type RunConfig } from "./config.js";
import { readMetrics } from "./log.js";
import { FILES, LIST, PLOTS, type RunList, readList } from "./run-list.js";

/** A file of a run that is not as the run wrote it. */
export interface ChangedFile {
  readonly file: string;
  readonly problem: "changed" | "missing";
}

/** The directory of an earlier run, to be read. */
export class RunDirectory {
  private constructor(
    readonly path: string,
    readonly list: RunList,
  ) {}

  /**
   * Opens the directory of an earlier run.
   * @throws UsageError for a directory without a run.
   */
  static open(path: string): RunDirectory {
    const list = path === "" ? undefined : readList(path);
    if (list) return new RunDirectory(path, list);
    throw new UsageError(`${path || '""'}: expected the directory of a run, found no ${LIST} in it`);
  }

  get isFinished(): boolean {
    return this.list.state === "finished";
  }

  get reportPath(): string {
    return join(this.path, FILES.report);
  }

  get modelPath(): string {
    return join(this.path, FILES.model);
  }

  get checkpointPath(): string {
    return join(this.path, FILES.checkpoint);
  }

  get seriesPath(): string {
    return join(this.path, FILES.series);
  }

  /** @throws UsageError for a run that is not finished. */
  expectFinished(): void {
    if (this.isFinished) return;
    const { path } = this;
    throw new UsageError(`${path}: the run is not finished; resume it with: sluice run --resume ${shellQuote(path)}`);
  }

  /** @throws FormatError for a file that is not a config.json. */
  readConfig(): RunConfig {
    return parseConfig(join(this.path, FILES.config), this.#read(FILES.config).toString("utf8"));
  }

  /**
   * The manifest of a finished run: its configuration, and the losses of its log.
   * @throws FormatError for a configuration without results, or a log that cannot be read.
   */
  readManifest(config: RunConfig): Manifest {
    if (!isFinished(config))
      throw new FormatError(join(this.path, FILES.config), "expected results, got a plan alone");
    const { input: _, ...results } = config;
    const lines = readMetrics(join(this.path, FILES.metrics), this.#read(FILES.metrics).toString("utf8"));
    const heldOut = lines.flatMap(({ epoch, heldOutLoss }) =>
      heldOutLoss === undefined ? [] : [{ epoch, loss: heldOutLoss }],
    );
    return { ...results, loss: { training: lines.map(({ loss }) => loss), heldOut } };
  }

  /** The last checkpoint; undefined before the first. */
  readCheckpoint(): Uint8Array | undefined {
    return existsSync(this.checkpointPath) ? this.#read(FILES.checkpoint) : undefined;
  }

  /** The series that the run was trained on, as `saveSeries` of the pipeline wrote it. */
  readSeries(): Uint8Array {
    return this.#read(FILES.series);
  }

  /** @throws UsageError for a run that is not finished; FormatError for a model that is not the one that the run wrote. */
  readModel(): Uint8Array {
    this.expectFinished();
    const model = this.#read(FILES.model);
    if (this.list.files[FILES.model] === hashOf(model)) return model;
    throw new FormatError(
      this.modelPath,
      `expected the file that the run wrote, got another or a damaged one; see: sluice verify ${shellQuote(this.path)}`,
    );
  }

  /** The files that are not as the run wrote them; a file that every run has counts, whether it is in the list or not. */
  changedFiles(): ChangedFile[] {
    const { files } = this.list;
    const names = new Set([...Object.values(FILES).filter((name) => name !== FILES.series), ...Object.keys(files)]);
    return [...names].flatMap((file): ChangedFile[] => {
      if (!isRegular(this.path, file)) return [{ file, problem: "missing" }];
      return hashOf(this.#read(file)) === files[file] ? [] : [{ file, problem: "changed" }];
    });
  }

  /** @throws FormatError for a file that is missing, or a link or a device in its place: nothing outside the run is read. */
  #read(name: string): Buffer {
    const path = join(this.path, name);
    if (!isRegular(this.path, name)) throw new FormatError(path, "expected a file of the run, found none");
    return namingFile(path, () => readFileSync(path));
  }
}

export const hashOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Whether a run has a file itself: no link leads to it. */
function isRegular(directory: string, name: string): boolean {
  const isFile = entryAt(join(directory, name))?.isFile() ?? false;
  return isFile && (!name.startsWith(`${PLOTS}/`) || hasPlots(directory));
}

/** @throws FileError if charts would be written through a link, or a file is in the place of their folder. */
export function expectPlots(directory: string): void {
  if (hasPlots(directory) || !entryAt(join(directory, PLOTS))) return;
  throw new FileError(join(directory, PLOTS), "expected the folder of the charts, found a link or a file; move it");
}

/** Whether a directory has a folder of charts, and no link in its place. */
export const hasPlots = (directory: string): boolean => entryAt(join(directory, PLOTS))?.isDirectory() ?? false;
