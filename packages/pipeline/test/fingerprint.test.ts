import { kernelVersion } from "@sluice/model";
import { fit, type Recipe, seriesOf } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { airline, monthly } from "./small-series.js";

/**
 * The fingerprints of two small runs, the same in every engine. A change of the kernel's or of the model's arithmetic
 * changes them: the failing test then prints the new ones.
 */
const KERNEL = "0.1.0+b59acfc1e13b";
const NOTEBOOK_FIXED = "5aae52cd18606cc8829874a001ab7f25f1a38727a15afae0e14d6bd5fdc6e04e";
const AIRLINE = "0b075353d936d26dedd191f4cb4e66a95637e8e902e2e0a087a08e5d0e0711e7";

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
