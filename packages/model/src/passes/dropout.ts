import {
  dropout,
  type LayerActivations,
  PANEL,
  type Panels,
  panelCount,
  panelsIn,
  stepsFrom,
} from "@sluice/kernel-wasm";
import { DROPOUT_COST, elementsOf } from "./operations.js";
import { inPieces, NO_YIELD } from "./pass.js";
import type { Segment, ShardContext } from "./shard-context.js";

/** Draws a track's factors of recurrent dropout, the same for every step. */
export function drawFactors({ network, work, shard, batch }: ShardContext, index: number): void {
  const factors = work.activations[index]!.separate?.factors;
  const key = batch?.key;
  if (!factors || !key) return;
  const { recurrentDropout: rate, hiddenSize: units, layers } = network.shape;
  network.kernel.floats(factors).fill(1);
  const panels = panelsIn(factors, panelCount(shard), network.layout.units * PANEL);
  dropout(network.kernel, { panels, units, shard, first: 0, steps: 1, layer: layers + index, key, rate });
}

/** A track's activations, without the factors of recurrent dropout if nothing is dropped. */
export function activationsOf({ work, batch }: ShardContext, index: number): LayerActivations {
  const activations = work.activations[index]!;
  const { separate } = activations;
  if (batch?.key || !separate?.factors) return activations;
  return { ...activations, separate: { ...separate, factors: undefined } };
}

/** Applies dropout to the inputs of a layer; in the backward pass, the same masks to their gradient. */
export function dropInputs(
  { network, work, shard, batch }: ShardContext,
  { first, steps }: Segment,
  { panels, units, layer }: { panels: Panels; units: number; layer: number },
): Iterable<undefined> {
  const { dropout: rate } = network.shape;
  const key = batch?.key;
  if (!key || rate === 0) return NO_YIELD;
  return inPieces(work.budget, steps, DROPOUT_COST * elementsOf(units, shard), (from, to) => {
    const steps = to - from;
    dropout(network.kernel, {
      panels: stepsFrom(panels, from),
      units,
      shard,
      first: first + from,
      steps,
      layer,
      key,
      rate,
    });
  });
}
