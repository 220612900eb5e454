import { relative, resolve, sep } from "node:path";
import { type Plan, type Results, readPlan, readResults } from "@sluice/pipeline";
import { fields, flag, integerFrom, list, oneOf, parseJson, read, text } from "@sluice/pipeline/formats";
import * as v from "valibot";
import { type Input, isAddress } from "./input.js";

/** config.json: the plan of a run from its start on, and its results once it is finished. metrics.jsonl holds the losses. */
export type RunConfig = (Plan | Results) & {
  /** Where the series was read from, as a path relative to the run directory, for information; null for a synthetic series. */
  readonly input: Input | null;
};

export type FinishedConfig = Results & RunConfig;

export function isFinished(config: RunConfig): config is FinishedConfig {
  return "fingerprint" in config;
}

const inputSchema: v.GenericSchema<unknown, { input: Input | null }> = fields({
  input: v.nullable(
    fields({
      file: text,
      column: v.exactOptional(text),
      time: v.exactOptional(v.union([text, list(text)], "a name, or an array of names")),
      id: v.exactOptional(list(text)),
      series: v.exactOptional(v.record(v.string(), text, "an object")),
      dateFormat: v.exactOptional(text),
      frequency: v.exactOptional(text),
      naValues: v.exactOptional(list(text)),
      decimal: v.exactOptional(oneOf([".", ","])),
      delimiter: v.exactOptional(text),
      header: v.exactOptional(flag),
      comment: v.exactOptional(text),
      skipRows: v.exactOptional(integerFrom(0)),
      encoding: v.exactOptional(text),
      sheet: v.exactOptional(text),
    }),
  ),
});

/**
 * Reads the text of a config.json.
 * @throws FormatError for text that is not JSON, another version, or naming the first wrong field.
 */
export function parseConfig(file: string, json: string): RunConfig {
  const value = parseJson(file, json);
  const hasResults = typeof value === "object" && value !== null && Object.hasOwn(value, "fingerprint");
  const plan = hasResults ? readResults(file, value) : readPlan(file, value);
  return { ...plan, ...read(file, value, inputSchema) };
}

/** An input as config.json stores it: relative and with slashes, so that run and file can be moved together. */
export function storedInput(input: Input, directory: string): Input {
  if (input.file === "-" || isAddress(input.file)) return input;
  return { ...input, file: relative(directory, resolve(input.file)).split(sep).join("/") };
}
