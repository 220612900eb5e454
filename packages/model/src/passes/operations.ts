import { type HeadShape, headLayout, type LayerShape, PANEL, panelCount, type Shard } from "@sluice/kernel-wasm";

/**
 * Costs in operations (multiplications and additions), by which passes decide when to yield. For work bound by memory or latency: as many
 * operations of a matrix product as take the same time, for each element.
 */
export const GATHER_COST = 40;
export const MOVE_COST = 12;
export const DROPOUT_COST = 70;
export const LOSS_COST = 80;

/** Elements of `units` units of one step. */
export function elementsOf(units: number, shard: Shard): number {
  return units * panelCount(shard) * PANEL;
}

/** Operations of one step of a layer's forward pass. */
export function layerOperations({ inputSize, hiddenSize }: LayerShape, shard: Shard): number {
  return elementsOf(6 * hiddenSize * (inputSize + hiddenSize), shard);
}

/** Operations of one step of a head's forward pass. */
export function headOperations(head: HeadShape, shard: Shard): number {
  return elementsOf(2 * (1 + head.features) * headLayout(head).outputs, shard);
}
