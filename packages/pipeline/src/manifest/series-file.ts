import type { Series } from "@sluice/data";
import { FormatError } from "@sluice/model";
import * as v from "valibot";
import { parseJson, readVersioned, SCHEMA_VERSION } from "../formats/read-json.js";
import { fields, finite, frequency, text, timeUnit } from "../formats/schemas.js";
import { readSealed, sealFile } from "../hashes/sealed-file.js";
import type { Prepared } from "../preparation/prepare.js";

const METADATA_KEY = "series";

const schema = fields({
  name: text,
  column: text,
  time: fields({ name: text, unit: timeUnit, step: finite, frequency: v.exactOptional(frequency) }),
});

/**
 * The column that a run forecasts, as a safetensors file: `times` and `values` of N rows in f64, NaN for a missing value, and, if the
 * series was read from a file, `lines`: where each row stood in it, 0 for a row that was absent.
 */
export function saveSeries({ name, target }: Prepared): Uint8Array {
  const { values: times, ...time } = target.time;
  const description = { schemaVersion: SCHEMA_VERSION, name, column: target.name, time };
  return sealFile({
    tensors: {
      times: { shape: [times.length], data: times },
      values: { shape: [times.length], data: target.observed },
      ...(target.lines && { lines: { shape: [times.length], data: Float64Array.from(target.lines) } }),
    },
    metadata: { [METADATA_KEY]: JSON.stringify(description) },
  });
}

/**
 * Reads what `saveSeries` wrote.
 * @param file the name of the file, for messages
 * @throws FormatError for bytes that are not such a file.
 */
export function loadSeries(bytes: Uint8Array, file = "series file"): Series {
  const { tensors, metadata } = readSealed(file, bytes);
  const { times, values, lines } = tensors;
  const isColumn = times?.data instanceof Float64Array && values?.data instanceof Float64Array;
  const rows = times?.data.length;
  if (!isColumn || values.data.length !== rows || (lines && lines.data.length !== rows)) {
    throw new FormatError(file, 'expected f64 tensors "times", "values" and "lines" of one length, got others');
  }
  const description = metadata[METADATA_KEY] ?? "";
  const { name, column, time } = readVersioned(file, parseJson(file, description), schema);
  return {
    name,
    time: { ...time, values: times.data as Float64Array },
    columns: [{ name: column, values: values.data as Float64Array }],
    ...(lines && { lines: Uint32Array.from(lines.data) }),
  };
}
