import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError } from "@sluice/pipeline";
import { fields, oneOf, parseJson, readVersioned, SCHEMA_VERSION, sha256 } from "@sluice/pipeline/formats";
import * as v from "valibot";
import { entryAt } from "../files/entry-at.js";
import { writeAtomically } from "../files/write-atomically.js";

/** The files of a run, beside its charts in plots/. */
export const FILES = {
  config: "config.json",
  metrics: "metrics.jsonl",
  series: "series.safetensors",
  checkpoint: "checkpoint.safetensors",
  model: "model.safetensors",
  forecast: "forecast.csv",
  report: "report.html",
} as const;

export const PLOTS = "plots";
const PLOT = /^plots\/[a-z][a-z-]*\.svg$/;

/** The names of files and folders with which runs are managed. Only this package writes them. */
export const LIST = "sluice-run.json";
export const LOCK = "sluice-run.lock";
export const TEMPORARY = "sluice-run.tmp";
/** The folder in which a run is built that replaces the one beside it. */
export const REPLACEMENT = "sluice-run.new";

const STATES = ["unfinished", "finished", "diverged"] as const;
export type RunState = (typeof STATES)[number];

/**
 * sluice-run.json: it makes a directory a run directory, and names the run's files. Only these are ever replaced or removed.
 */
export interface RunList {
  readonly state: RunState;
  /** The SHA-256 of each file; null while it may still change. */
  readonly files: Readonly<Record<string, string | null>>;
}

const isRunFile = (name: string) => (Object.values(FILES) as string[]).includes(name) || PLOT.test(name);

const schema = fields({
  format: v.literal("sluice-run", '"sluice-run"'),
  schemaVersion: v.literal(SCHEMA_VERSION),
  state: oneOf(STATES),
  files: v.pipe(
    v.record(v.string(), v.nullable(sha256), "an object"),
    v.check((files) => Object.keys(files).every(isRunFile), "names of files of a run"),
  ),
});

/**
 * Reads the list of a directory; undefined if it has none.
 * @throws FormatError for a file of this name that is not a list.
 */
export function readList(directory: string): RunList | undefined {
  const path = join(directory, LIST);
  const entry = entryAt(path);
  if (!entry) return undefined;
  if (!entry.isFile()) throw new FormatError(path, "expected a regular file");
  const { state, files } = readVersioned(path, parseJson(path, readFileSync(path, "utf8")), schema);
  return { state, files };
}

export function writeList(directory: string, { state, files }: RunList): void {
  const text = JSON.stringify({ format: "sluice-run", schemaVersion: SCHEMA_VERSION, state, files }, null, 2);
  writeAtomically(join(directory, LIST), `${text}\n`, join(directory, TEMPORARY));
}
