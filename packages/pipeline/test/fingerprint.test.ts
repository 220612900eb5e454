import { kernelVersion } from "@sluice/model";
import { fit, type Recipe, seriesOf } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { airline, monthly } from "./small-series.js";

/**
 * The fingerprints of two small runs, the same in every engine. A change of the kernel's or of the model's arithmetic
 * changes them: the failing test then prints the new ones.
 */
const KERNEL = "0.1.0+8991112b3a17";
const NOTEBOOK_FIXED = "c42a6e53cfa206e0354f208529c81ae6aff01e79c0655d0eb987f7d179c61754";
const AIRLINE = "611b80b98a5c37e61b20c73d5581ab87c4d36e2334796e2bdc2c39a1e2b26af1";

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
