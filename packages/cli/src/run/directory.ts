import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "@sluice/pipeline";
import { UsageError } from "../errors/usage-error.js";
import { writeAtomically } from "../files/write-atomically.js";
import { isFinished, parseConfig, type RunConfig } from "./config.js";
import { MetricsLog, readMetrics } from "./log.js";

const FILES = {
  config: "config.json",
  metrics: "metrics.jsonl",
  checkpoint: "checkpoint.safetensors",
  model: "model.safetensors",
  forecast: "forecast.csv",
  report: "report.html",
  plots: "plots",
} as const;

/** The files that a finished run adds to its directory. */
export interface ResultFiles {
  readonly model: Uint8Array;
  readonly forecast: string;
  /** The text of each svg, by the stem of its file. */
  readonly plots: Readonly<Record<string, string>>;
  readonly report: string;
}

/** The directory of one run. All its files are read and written here. */
export class RunDirectory {
  private constructor(readonly path: string) {}

  /**
   * Makes the directory of a new run.
   * @throws UsageError for a directory that is not empty, unless `force`: then the files of its run are removed.
   */
  static create(path: string, { force }: { readonly force: boolean }): RunDirectory {
    const directory = new RunDirectory(path);
    if (existsSync(path) && readdirSync(path).length > 0) {
      if (!force) throw new UsageError(directory.#conflict());
      for (const name of Object.values(FILES)) rmSync(directory.#file(name), { recursive: true, force: true });
    }
    mkdirSync(directory.#file(FILES.plots), { recursive: true });
    return directory;
  }

  /**
   * Opens the directory of an earlier run.
   * @throws UsageError for a directory without a run.
   */
  static open(path: string): RunDirectory {
    const directory = new RunDirectory(path);
    if (existsSync(directory.#file(FILES.config))) return directory;
    throw new UsageError(`${path}: expected the directory of a run, found no ${FILES.config} in it`);
  }

  get reportPath(): string {
    return this.#file(FILES.report);
  }

  get modelPath(): string {
    return this.#file(FILES.model);
  }

  get checkpointPath(): string {
    return this.#file(FILES.checkpoint);
  }

  /** @throws FormatError for a file that is not a config.json. */
  readConfig(): RunConfig {
    const path = this.#file(FILES.config);
    return parseConfig(path, readFileSync(path, "utf8"));
  }

  /**
   * The manifest of a finished run: its configuration, and the losses of its log.
   * @throws UsageError for a run that is not finished; FormatError for a log that cannot be read.
   */
  readManifest(config: RunConfig): Manifest {
    if (!isFinished(config)) throw new UsageError(this.#unfinished());
    const { input: _, ...results } = config;
    const lines = readMetrics(this.#file(FILES.metrics));
    const heldOut = lines.flatMap(({ epoch, heldOutLoss }) =>
      heldOutLoss === undefined ? [] : [{ epoch, loss: heldOutLoss }],
    );
    return { ...results, loss: { training: lines.map(({ loss }) => loss), heldOut } };
  }

  /** The last checkpoint; undefined before the first. */
  readCheckpoint(): Uint8Array | undefined {
    return existsSync(this.checkpointPath) ? readFileSync(this.checkpointPath) : undefined;
  }

  /** @throws UsageError for a run that is not finished. */
  readModel(): Uint8Array {
    if (!existsSync(this.modelPath)) throw new UsageError(this.#unfinished());
    return readFileSync(this.modelPath);
  }

  /** Opens the log of losses after its first `epochs` lines. */
  openLog(epochs: number): MetricsLog {
    return new MetricsLog(this.#file(FILES.metrics), epochs);
  }

  writeConfig(config: RunConfig): void {
    this.#write(FILES.config, `${JSON.stringify(config, null, 2)}\n`);
  }

  writeCheckpoint(checkpoint: Uint8Array): void {
    this.#write(FILES.checkpoint, checkpoint);
  }

  writeResults({ model, forecast, plots, report }: ResultFiles): void {
    this.#write(FILES.model, model);
    this.#write(FILES.forecast, forecast);
    for (const [name, svg] of Object.entries(plots)) this.#write(`${FILES.plots}/${name}.svg`, svg);
    this.#write(FILES.report, report);
  }

  #file(name: string): string {
    return join(this.path, name);
  }

  #write(name: string, content: string | Uint8Array): void {
    writeAtomically(this.#file(name), content);
  }

  #unfinished(): string {
    return `${this.path}: the run is not finished; resume it with: sluice run --resume ${this.path}`;
  }

  /** Why a new run cannot use the directory, and what to do. */
  #conflict(): string {
    if (!existsSync(this.#file(FILES.config))) {
      return `${this.path} exists and is not empty; give another directory with --out`;
    }
    return existsSync(this.modelPath)
      ? `${this.path} contains a run; use --force to replace it, or --out for another directory`
      : `${this.path} holds an unfinished run; use --resume to continue it, --force to replace it, or --out for another directory`;
  }
}
