import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isFinished, type RunConfig } from "./run-config.js";
import { UsageError } from "./usage-error.js";
import { writeAtomically } from "./write-atomically.js";

/** The files of a run. */
export const FILES = {
  config: "config.json",
  metrics: "metrics.jsonl",
  checkpoint: "checkpoint.safetensors",
  model: "model.safetensors",
  forecast: "forecast.csv",
  report: "report.html",
  plots: "plots",
} as const;

/** A directory with the files of one run. */
export class RunDirectory {
  private constructor(readonly path: string) {}

  /**
   * A new run's directory.
   * @throws UsageError where it holds something already, unless forced: then the run's own files are replaced.
   */
  static create(path: string, { force }: { readonly force: boolean }): RunDirectory {
    const directory = new RunDirectory(path);
    if (existsSync(path) && readdirSync(path).length > 0) {
      if (!force) throw new UsageError(refusal(path));
      for (const name of Object.values(FILES)) rmSync(directory.file(name), { recursive: true, force: true });
    }
    mkdirSync(directory.file(FILES.plots), { recursive: true });
    return directory;
  }

  /**
   * The directory of an earlier run.
   * @throws UsageError where there is none.
   */
  static open(path: string): RunDirectory {
    if (!existsSync(join(path, FILES.config))) {
      throw new UsageError(`${path}: expected the directory of a run, found no ${FILES.config} in it`);
    }
    return new RunDirectory(path);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  get config(): RunConfig {
    return JSON.parse(readFileSync(this.file(FILES.config), "utf8")) as RunConfig;
  }

  /** The last checkpoint, undefined before the first. */
  get checkpoint(): Uint8Array | undefined {
    return existsSync(this.file(FILES.checkpoint)) ? readFileSync(this.file(FILES.checkpoint)) : undefined;
  }

  /** @throws UsageError where the run was never finished. */
  get model(): Uint8Array {
    if (!existsSync(this.file(FILES.model))) {
      throw new UsageError(`${this.path}: the run is not finished; go on with: sluice run --resume ${this.path}`);
    }
    return readFileSync(this.file(FILES.model));
  }

  writeConfig(config: RunConfig): void {
    this.write(FILES.config, `${JSON.stringify(config, null, 2)}\n`);
  }

  write(name: string, content: string | Uint8Array): void {
    writeAtomically(this.file(name), content);
  }
}

/** Why a directory is not written into, and what to do. */
function refusal(path: string): string {
  const config = existsSync(join(path, FILES.config)) ? RunDirectory.open(path).config : undefined;
  if (!config) return `${path} exists and is not empty; give another directory with --out`;
  const resume = isFinished(config) ? "" : ", --resume to go on with it";
  const what = isFinished(config) ? "a run" : "an unfinished run";
  return `${path} holds ${what}; use --force to replace it${resume}, or --out for another directory`;
}
