import type { SyntheticKind } from "@sluice/data";
import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { seriesCsv } from "../files/series-csv.js";
import { writeOutput } from "../files/write-output.js";
import type { Output } from "../terminal/output.js";

export interface GenerateRequest {
  readonly kind: SyntheticKind;
  readonly length: number;
  readonly seed: number;
  /** A file, or "-" for stdout. */
  readonly out: string;
}

/** Generates a synthetic series. */
export async function generate({ kind, length, seed, out }: GenerateRequest, output: Output): Promise<ExitCode> {
  const { synthetic } = await import("@sluice/data");
  const series = synthetic(kind, { length, seed });
  const json = () => ({
    kind,
    length,
    seed,
    time: Array.from(series.time.values),
    values: Array.from(series.columns[0]!.values),
  });
  writeOutput({ out, text: seriesCsv(series), rows: length, json }, output);
  return EXIT.done;
}
