import { trainingMemory } from "@sluice/model";
import { RecipeError } from "../errors/recipe-error.js";
import type { ResolvedRecipe } from "../recipe/recipe.js";

/** The kernel addresses 4 of them. */
const GIB = 1024 * 1024 * 1024;

/**
 * Checks that training fits into the kernel's memory, before anything is allocated.
 * @param rows the training rows, after the differences
 * @throws RecipeError if it does not.
 */
export function expectMemory({ cell, hiddenSize, lookback, batchSize, holdOut }: ResolvedRecipe, rows: number): void {
  const samples = rows - lookback;
  const steps = Math.min(lookback, holdOut);
  const { total } = trainingMemory(
    { inputSize: 1, hiddenSize, outputSize: 1, cell },
    {
      samples,
      steps: lookback,
      elements: { x: rows, y: rows },
      batchSize: batchSize === "all" ? samples : batchSize,
      validation: { samples: holdOut + 1 - steps, steps, elements: { x: holdOut + 1, y: holdOut + 1 } },
    },
  );
  if (total <= 4 * GIB) return;
  throw new RecipeError(
    "hiddenSize",
    `expected a network that trains in 4 GiB of memory, got ${hiddenSize} units, which need ${(total / GIB).toFixed(1)} GiB; use fewer units, smaller batches or a shorter lookback`,
  );
}
