import { synthetic } from "@sluice/data";
import { fit, type Recipe, seriesOf } from "@sluice/pipeline";
import { type CaseRecord, recordOf } from "./record.js";

/** A complete run: losses, the fingerprint of the parameters, one-step errors and a forecast. */
async function run(recipe: Recipe, series = seriesOf(recipe)): Promise<CaseRecord> {
  const forecaster = await fit(series, recipe);
  const { loss, metrics, fingerprint } = forecaster.manifest;
  const { training, heldOut } = metrics;
  const errors = [training!.mse, training!.mae, heldOut!.mse, heldOut!.mae];
  const forecast = forecaster.forecast(12).columns[0]!.values;
  forecaster.dispose();
  return { ...(await recordOf({ errors, forecast }, loss.training)), fingerprint };
}

const notebook: Recipe = { epochs: 200, validationEvery: 50, seed: 1, dataSeed: 1 };
const seasonal = synthetic("seasonal", { length: 150, seed: 2 });

/** Runs of the pipeline, by name; those of the notebook presets have fewer epochs. */
export const pipelineCases: Readonly<Record<string, () => Promise<CaseRecord>>> = {
  "pipeline: notebook, 200 epochs": () => run({ ...notebook, preset: "notebook" }),
  "pipeline: notebook-fixed, 200 epochs": () => run({ ...notebook, preset: "notebook-fixed" }),
  "pipeline: default, 15 epochs": () => run({ epochs: 15, season: 12, seed: 1 }, seasonal),
};
