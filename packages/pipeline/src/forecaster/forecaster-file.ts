import { type FittedTransform, type Frequency, lagOf, type TimeUnit } from "@sluice/data";
import { FormatError } from "@sluice/model";
import * as v from "valibot";
import { parseJson, readVersioned, SCHEMA_VERSION } from "../formats/read-json.js";
import { fields, finite, frequency, integerFrom, list, positive, text, timeUnit } from "../formats/schemas.js";
import type { Manifest } from "../manifest/manifest.js";
import { manifestSchema } from "../manifest/read-manifest.js";

/** The contents of a model file in addition to the network. Plain JSON. */
export interface ForecasterContents {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly manifest: Manifest;
  readonly transforms: readonly FittedTransform[];
  readonly history: History;
}

/** The last rows of the series, without gaps, from which a forecast continues. */
interface History {
  readonly time: {
    readonly name: string;
    readonly unit: TimeUnit;
    readonly step: number;
    readonly frequency?: Frequency;
    readonly values: readonly number[];
  };
  readonly values: readonly number[];
}

/** The key in the metadata of a model file. */
export const METADATA_KEY = "forecaster";

const transform: v.GenericSchema<unknown, FittedTransform> = v.union(
  [
    fields({ kind: v.picklist(["log", "log1p", "sqrt"]) }),
    fields({ kind: v.picklist(["box-cox", "yeo-johnson"]), lambda: finite }),
    fields({ kind: v.literal("scale"), offset: finite, factor: positive }),
    fields({ kind: v.literal("difference"), lag: integerFrom(1) }),
  ],
  "a fitted transform",
);

const schema: v.GenericSchema<unknown, ForecasterContents> = fields({
  schemaVersion: v.literal(SCHEMA_VERSION),
  manifest: manifestSchema,
  transforms: list(transform),
  history: fields({
    time: fields({
      name: text,
      unit: timeUnit,
      step: finite,
      frequency: v.exactOptional(frequency),
      values: list(finite),
    }),
    values: list(finite),
  }),
});

/**
 * Reads the contents from the metadata of a model file.
 * @throws FormatError for a file without them, another version, or naming the first wrong field.
 */
export function readContents(file: string, metadata: Readonly<Record<string, string>>): ForecasterContents {
  const json = metadata[METADATA_KEY];
  if (json === undefined) {
    throw new FormatError(file, `expected a model file written by "sluice run" or Forecaster.save, got another`);
  }
  const contents = readVersioned(file, parseJson(file, json), schema);
  const { history, transforms, manifest } = contents;
  const rows = manifest.recipe.lookback + lagOf(transforms);
  for (const values of [history.values, history.time.values]) {
    if (values.length !== rows) throw new FormatError(file, `history: expected ${rows} rows, got ${values.length}`);
  }
  return contents;
}
