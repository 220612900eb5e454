import type { FittedForecaster, Prepared } from "@sluice/pipeline";
import { seriesCsv } from "../files/series-csv.js";
import type { RunConfig } from "./config.js";
import type { RunDirectory } from "./directory.js";
import type { RunOutcome } from "./summary.js";

/** Writes the results of a finished run: model, forecast, charts and report, and last its configuration. */
export async function writeResults(
  { prepared, directory, input }: { prepared: Prepared; directory: RunDirectory; input: RunConfig["input"] },
  forecaster: FittedForecaster,
): Promise<RunOutcome> {
  const { lossUnit } = await import("@sluice/pipeline");
  const { drawRun } = await import("../report/draw-run.js");
  const { manifest, oneStep } = forecaster;
  const { target, fitted } = prepared;
  const forecast = forecaster.forecast();
  const run = { manifest, target, oneStep, forecast, lossUnit: lossUnit(fitted), directory: directory.path };
  directory.writeResults({ ...drawRun(run), model: forecaster.save(), forecast: seriesCsv(forecast) });
  const { loss: _, ...results } = manifest;
  directory.writeConfig({ ...results, input });
  return { manifest, forecast };
}
