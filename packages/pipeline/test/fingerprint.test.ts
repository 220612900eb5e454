import { kernelVersion } from "@sluice/model";
import { fit, type Recipe, seriesOf } from "@sluice/pipeline";
import { expect, test } from "vitest";
import { airline, monthly } from "./small-series.js";

/**
 * The fingerprints of two small runs, the same in every engine. A change of the kernel's or of the model's arithmetic
 * changes them: the failing test then prints the new ones.
 */
const KERNEL_HASH = "befd5135f488"; // the kernel that computed them
const NOTEBOOK_FIXED = "47a6687233081952477f145ea8e09bad8968617b88eace27b39e0f00a09ca3dc";
const AIRLINE = "5c30c6bbc3e5bb10abebe6b8923c8611d0d38c4f5ea0be3692105ad303a898e6";

test("60 epochs of notebook-fixed have their fingerprint in every engine", async () => {
  const recipe: Recipe = { preset: "notebook-fixed", epochs: 60, seed: 1, dataSeed: 1 };
  const { manifest } = await fit(seriesOf(recipe), recipe);
  expect(manifest.fingerprint, `kernel ${kernelVersion}; expected hash ${KERNEL_HASH}`).toBe(NOTEBOOK_FIXED);
});

test("four years of airline passengers have their fingerprint in every engine", async () => {
  const transforms = ["log", { difference: 12 }, { difference: 1 }, "standardize"] as const;
  const recipe: Recipe = { transforms, lookback: 12, holdOut: 8, hiddenSize: 12, batchSize: 4, epochs: 60, seed: 1 };
  const { manifest } = await fit(monthly(airline), recipe);
  expect(manifest.fingerprint, `kernel ${kernelVersion}; expected hash ${KERNEL_HASH}`).toBe(AIRLINE);
});
