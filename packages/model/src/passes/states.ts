import {
  fillOnes,
  headLayout,
  layerLayout,
  moveUnits,
  type Panels,
  panelCount,
  panelsIn,
  type Rows,
  type Shard,
  setState,
  statesAfter,
  statesBefore,
  stepsFrom,
  unitsFrom,
  writeOnes,
} from "@sluice/kernel-wasm";
import { gathersFeatures } from "../config/shape.js";
import type { Network } from "../network/network.js";
import { type PlacedInputs, rowsFrom } from "../network/placement.js";
import { drawFactors } from "./dropout.js";
import type { ShardContext } from "./shard-context.js";

/** The states before the first step: rows of all tracks, those of `shard` for this shard. Zero without rows. */
export interface InitialState {
  readonly rows: Rows | undefined;
  readonly shard: Shard;
}

/** The initial states that the data give, or the learned ones. */
export function initialStateOf(
  network: Network,
  { states }: Pick<PlacedInputs, "states">,
  shard: Shard,
): InitialState {
  return states ? { rows: states, shard } : { rows: network.learnedState, shard: { first: 0, count: shard.count } };
}

/** Writes the buffers that a pass over a shard does not change: initial states, rows of ones, and the factors of recurrent dropout. */
export function prepareShard(context: ShardContext, initial: InitialState): void {
  const { network, work, shard } = context;
  const { kernel, layout } = network;
  const panels = panelCount(shard);
  for (const { shape, index } of layout.tracks) {
    const activations = work.activations[index]!;
    writeOnes(kernel, shape, activations, { panels, steps: work.segment });
    const rows = initial.rows && rowsFrom(initial.rows, index);
    setState(kernel, shape, { activations, shard: initial.shard, rows });
    drawFactors(context, index);
  }
  if (!gathersFeatures(network.shape)) return;
  for (const block of work.features) {
    const features = panelsIn(block, panels, headLayout(layout.head).featurePanel);
    fillOnes(kernel, features, (work.segment + 1) * panels);
  }
}

/** A track's states h[t − 1] before each step t in the workspace. */
export function trackStatesBefore({ network, work, shard }: ShardContext, index: number): Panels {
  const { shape } = network.layout.tracks[index]!;
  return unitsFrom(statesBefore(shape, work.activations[index]!, panelCount(shard)), 1);
}

/** A track's states h[t] after each step t in the workspace. */
export function trackStatesAfter({ network, work, shard }: ShardContext, index: number): Panels {
  const { shape } = network.layout.tracks[index]!;
  return unitsFrom(statesAfter(shape, work.activations[index]!, panelCount(shard)), 1);
}

/** Copies the states after step `steps` − 1 in the workspace to those before its first step. */
export function carryStates(context: ShardContext, steps: number): void {
  for (const { index } of context.network.layout.tracks) {
    const to = trackStatesBefore(context, index);
    copyState(context, index, stepsFrom(to, steps), to);
  }
}

/** Copies one state (P, Hp, 8) of a track. */
export function copyState({ network, shard }: ShardContext, index: number, from: Panels, to: Panels): void {
  const { units } = layerLayout(network.layout.tracks[index]!.shape);
  moveUnits(network.kernel, { to, from, units, shard, steps: 1 });
}
