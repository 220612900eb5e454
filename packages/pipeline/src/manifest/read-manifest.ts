import * as v from "valibot";
import { BASELINES } from "../evaluation/baselines.js";
import type { Metrics } from "../evaluation/metrics.js";
import { readVersioned, SCHEMA_VERSION } from "../formats/read-json.js";
import { dictionary, fields, finite, integerFrom, list, sha256, text } from "../formats/schemas.js";
import type { Limits } from "../recipe/preset.js";
import { resolvedRecipe } from "../recipe/recipe-schema.js";
import type { Manifest, Plan, Results } from "./manifest.js";

const count = integerFrom(0);

const planEntries = {
  schemaVersion: v.literal(SCHEMA_VERSION),
  versions: fields({ pipeline: text, kernel: text }),
  recipe: resolvedRecipe,
  data: fields({
    name: text,
    column: text,
    rows: count,
    unit: text,
    step: finite,
    frequency: v.exactOptional(text),
    first: text,
    last: text,
    hash: sha256,
    missing: fields({
      count,
      absent: v.exactOptional(count),
      trailing: v.exactOptional(count),
      longest: v.nullable(fields({ length: count, from: text, to: text })),
    }),
  }),
  split: fields({ train: count, heldOut: count }),
};

const metrics: v.GenericSchema<unknown, Metrics> = fields({
  mse: finite,
  rmse: finite,
  mae: finite,
  mase: v.nullable(finite),
  count,
});

const limits: v.GenericSchema<unknown, Limits> = fields({
  loss: finite,
  oneStep: finite,
  memoryless: v.nullable(finite),
});

const loss = fields({ training: list(finite), heldOut: list(fields({ epoch: count, loss: finite })) });

const resultEntries = {
  threads: integerFrom(1),
  limits: v.exactOptional(limits),
  metrics: fields({ training: v.nullable(metrics), heldOut: v.nullable(metrics) }),
  baselines: fields(v.entriesFromList(BASELINES, v.nullable(metrics))),
  tensors: dictionary(sha256),
  fingerprint: sha256,
};

const planSchema: v.GenericSchema<unknown, Plan> = fields(planEntries);
const resultsSchema: v.GenericSchema<unknown, Results> = fields({
  ...planEntries,
  parameters: count,
  ...resultEntries,
});

/** In the order in which `fit` writes the fields, so that reading and writing again gives the same bytes. */
export const manifestSchema: v.GenericSchema<unknown, Manifest> = fields({
  ...planEntries,
  parameters: count,
  loss,
  ...resultEntries,
});

/**
 * Checks a plan that was read from a file.
 * @param file the name of the file, for messages
 * @throws FormatError for another `schemaVersion`, or naming the first wrong field.
 */
export const readPlan = (file: string, value: unknown): Plan => readVersioned(file, value, planSchema);

/** Checks results that were read from a file, likewise. */
export const readResults = (file: string, value: unknown): Results => readVersioned(file, value, resultsSchema);

/** Checks a manifest that was read from a file, likewise. */
export const readManifest = (file: string, value: unknown): Manifest => readVersioned(file, value, manifestSchema);
