import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { seriesCsv } from "../files/series-csv.js";
import { writeOutput } from "../files/write-output.js";
import { RunDirectory } from "../run/directory.js";
import { settleReplacement } from "../run/replacement.js";
import { forecastJson } from "../run/summary.js";
import type { Output } from "../terminal/output.js";

export interface ForecastRequest {
  readonly run: string;
  /** Rows to forecast; undefined for the run's own number. */
  readonly horizon: number | undefined;
  /** A file, or "-" for stdout. */
  readonly out: string;
}

/** Forecasts from the end of a finished run's series. */
export async function forecast({ run, horizon, out }: ForecastRequest, output: Output): Promise<ExitCode> {
  settleReplacement(run);
  const directory = RunDirectory.open(run);
  const { Forecaster } = await import("@sluice/pipeline");
  const forecaster = await Forecaster.load(directory.readModel(), directory.modelPath);
  const series = forecaster.forecast(horizon);
  const { data, fingerprint } = forecaster.manifest;
  forecaster.dispose();
  const json = () => ({ run, column: data.column, after: data.last, fingerprint, forecast: forecastJson(series) });
  writeOutput({ out, text: seriesCsv(series), rows: series.time.values.length, json }, output);
  return EXIT.done;
}
