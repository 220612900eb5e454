import type { FittedForecaster, Prepared } from "@sluice/pipeline";
import { seriesCsv } from "../files/series-csv.js";
import type { RunConfig } from "./config.js";
import type { RunWriter } from "./run-writer.js";
import type { RunOutcome } from "./summary.js";

/** Writes the results of a finished run: model, forecast, charts, report and configuration. */
export async function writeResults(
  { prepared, writer, input }: { prepared: Prepared; writer: RunWriter; input: RunConfig["input"] },
  forecaster: FittedForecaster,
): Promise<RunOutcome> {
  const { lossUnit } = await import("@sluice/pipeline");
  const { drawRun } = await import("../report/draw-run.js");
  const { manifest, oneStep } = forecaster;
  const { target, fitted } = prepared;
  const forecast = forecaster.forecast();
  const run = { manifest, target, oneStep, forecast, lossUnit: lossUnit(fitted), directory: writer.path };
  const { loss: _, ...results } = manifest;
  writer.finish({
    ...drawRun(run),
    config: { ...results, input },
    model: forecaster.save(),
    forecast: seriesCsv(forecast),
  });
  return { manifest, forecast };
}
