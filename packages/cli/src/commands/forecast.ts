import { EXIT, type ExitCode } from "../exit-codes.js";
import { RunDirectory } from "../run-directory.js";
import { forecastJson } from "../run-words.js";
import { seriesCsv } from "../series-csv.js";
import type { Speaker } from "../speaker.js";
import { writeAtomically } from "../write-atomically.js";

export interface ForecastRequest {
  readonly run: string;
  /** The run's own by default. */
  readonly horizon: number | undefined;
  /** A file, or "-" for stdout. */
  readonly out: string;
}

/** Goes on from the end of a finished run's series. */
export async function forecast({ run, horizon, out }: ForecastRequest, speaker: Speaker): Promise<ExitCode> {
  const { model } = RunDirectory.open(run);
  const { Forecaster } = await import("@sluice/pipeline");
  const forecaster = await Forecaster.load(model);
  const series = forecaster.forecast(horizon);
  const { data, fingerprint } = forecaster.manifest;
  forecaster.dispose();
  const json = () => ({
    run,
    column: data.column,
    after: data.last,
    fingerprint,
    forecast: forecastJson(series),
  });
  if (out === "-") {
    speaker.result(seriesCsv(series), json);
    return EXIT.done;
  }
  writeAtomically(out, seriesCsv(series));
  speaker.result("", json);
  speaker.say(`${series.time.values.length} rows written to ${out}`);
  return EXIT.done;
}
