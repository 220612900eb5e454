import { kernelVersion } from "@sluice/model";
import { fit, type Recipe, seriesOf } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { airline, monthly } from "./small-series.js";

/**
 * The fingerprints of two small runs, the same in every engine. A change of the kernel's or of the model's arithmetic
 * changes them: the failing test then prints the new ones.
 */
const KERNEL = "0.1.0+12507417bbd1";
const NOTEBOOK_FIXED = "95d21b32914084703d192a127a6852666245341b60092a7cf5ec3609b63d32a4";
const AIRLINE = "1c8e02d7ca26cc1165c0bbb06063796d6ebb597dfe871156daecbef85d67705e";

test("60 epochs of notebook-fixed have their fingerprint in every engine", async () => {
  const recipe: Recipe = { preset: "notebook-fixed", epochs: 60, seed: 1, dataSeed: 1 };
  const { manifest } = await fit(seriesOf(recipe), recipe);
  expect(manifest.fingerprint, `with kernel ${kernelVersion}, known for ${KERNEL}`).toBe(NOTEBOOK_FIXED);
});

test("four years of airline passengers have their fingerprint in every engine", async () => {
  const transforms = ["log", { difference: 12 }, { difference: 1 }, "standardize"] as const;
  const recipe: Recipe = { transforms, lookback: 12, holdOut: 8, hiddenSize: 12, batchSize: 4, epochs: 60, seed: 1 };
  const { manifest } = await fit(monthly(airline), recipe);
  expect(manifest.fingerprint, `with kernel ${kernelVersion}, known for ${KERNEL}`).toBe(AIRLINE);
});
