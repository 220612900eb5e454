import { describeFrequency, formatTime, type Series } from "@sluice/data";
import { kernelVersion } from "@sluice/model";
import { SCHEMA_VERSION } from "../formats/read-json.js";
import { isPrepared, type Prepared, prepare } from "../preparation/prepare.js";
import type { Recipe } from "../recipe/recipe.js";
import { pipelineVersion } from "../version.js";
import type { Plan } from "./manifest.js";

/**
 * Returns the plan of `fit` for a series and a recipe, or for a prepared series, without training.
 * @throws RecipeError for a wrong recipe; DataError for a series that it cannot be used on.
 */
export function plan(series: Series, recipe?: Recipe): Plan;
export function plan(prepared: Prepared): Plan;
export function plan(series: Series | Prepared, recipe?: Recipe): Plan {
  const prepared = isPrepared(series) ? series : prepare(series, recipe);
  const { target, train, hash, name } = prepared;
  const { values, unit, step, frequency } = target.time;
  const { count, longest } = target.missing;
  return {
    schemaVersion: SCHEMA_VERSION,
    versions: { pipeline: pipelineVersion, kernel: kernelVersion },
    recipe: prepared.recipe,
    data: {
      name,
      column: target.name,
      rows: values.length,
      unit,
      step,
      ...(frequency && { frequency: describeFrequency(frequency) }),
      first: formatTime(unit, values[0]!),
      last: formatTime(unit, values[values.length - 1]!),
      hash,
      missing: {
        count,
        ...(target.absent > 0 && { absent: target.absent }),
        ...(target.trailing > 0 && { trailing: target.trailing }),
        longest: longest && { length: longest.length, from: longest.from, to: longest.to },
      },
    },
    split: { train, heldOut: prepared.recipe.holdOut },
  };
}
