import type { SyntheticKind } from "@sluice/data";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { seriesCsv } from "../series-csv.js";
import type { Speaker } from "../speaker.js";
import { writeAtomically } from "../write-atomically.js";

export interface GenerateRequest {
  readonly kind: SyntheticKind;
  readonly length: number;
  readonly seed: number;
  /** A file, or "-" for stdout. */
  readonly out: string;
}

/** Makes a synthetic series. */
export async function generate({ kind, length, seed, out }: GenerateRequest, speaker: Speaker): Promise<ExitCode> {
  const { synthetic } = await import("@sluice/data");
  const series = synthetic(kind, { length, seed });
  const json = () => ({
    kind,
    length,
    seed,
    time: Array.from(series.time.values),
    values: Array.from(series.columns[0]!.values),
  });
  if (out === "-") {
    speaker.result(seriesCsv(series), json);
    return EXIT.done;
  }
  writeAtomically(out, seriesCsv(series));
  speaker.result("", json);
  speaker.say(`${length} rows written to ${out}`);
  return EXIT.done;
}
