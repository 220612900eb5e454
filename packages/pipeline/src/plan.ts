import { formatTime, type Series } from "@sluice/data";
import { kernelVersion } from "@sluice/model";
import { dataHash } from "./hash.js";
import type { Plan } from "./manifest.js";
import { type Prepared, prepare } from "./prepare.js";
import type { Recipe } from "./recipe.js";
import { pipelineVersion } from "./version.js";

/**
 * What `fit` would do with a recipe and a series, without doing it.
 * @throws RangeError for a wrong recipe; DataError for a series that it cannot run on.
 */
export function plan(series: Series, recipe: Recipe = {}): Plan {
  return planOf(series.name, prepare(series, recipe));
}

/** The same for a series already prepared. */
export function planOf(name: string, { recipe, target, train }: Prepared): Plan {
  const { time, observed, missing } = target;
  const { values, unit, step } = time;
  const longest = missing.longest && {
    length: missing.longest.length,
    from: missing.longest.from,
    to: missing.longest.to,
  };
  return {
    schemaVersion: 1,
    versions: { pipeline: pipelineVersion, kernel: kernelVersion },
    recipe,
    data: {
      name,
      column: target.name,
      rows: values.length,
      unit,
      step,
      first: formatTime(unit, values[0]!),
      last: formatTime(unit, values[values.length - 1]!),
      hash: dataHash(unit, values, observed),
      missing: { count: missing.count, longest },
    },
    split: { train, heldOut: recipe.holdOut },
  };
}
