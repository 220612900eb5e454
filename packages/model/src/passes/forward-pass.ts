import {
  type Block,
  clearIdle,
  type DropoutKey,
  dropout,
  gather,
  gruForward,
  headForward,
  headLayout,
  inputsOf,
  type LayerActivations,
  type LayerShape,
  layerLayout,
  layMasks,
  layOnes,
  moveUnits,
  PANEL,
  type Panels,
  panelsOf,
  type Rows,
  type Shard,
  setState,
  statesOf,
} from "@sluice/kernel-wasm";
import { SHARD } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { type PlacedInputs, rowsFrom } from "../network/placement.js";
import { gathersFeatures, type Track } from "../network/shape.js";
import { type Pass, stepsOfPiece } from "./pass.js";
import type { Workspace } from "./workspace.js";

/** Samples [first, first + count) of the batch, a fixed number at a time. */
export function shardsOf(first: number, count: number): Shard[] {
  return Array.from({ length: Math.ceil(count / SHARD) }, (_, i) => ({
    first: first + i * SHARD,
    count: Math.min(SHARD, count - i * SHARD),
  }));
}

/** States before a pass: rows of all tracks, of which those of `shard` are a shard's own. Zero where absent. */
export interface Start {
  readonly rows: Rows | undefined;
  readonly shard: Shard;
}

/** The states that are given, or else learned. */
export function startOf(network: Network, { states }: Pick<PlacedInputs, "states">, shard: Shard): Start {
  return states ? { rows: states, shard } : { rows: network.learnedState, shard: { first: 0, count: shard.count } };
}

/** Lays what stays the same throughout a pass over a shard: states, rows of ones, factors. */
export function begin(
  network: Network,
  work: Workspace,
  start: Start,
  shard: Shard,
  key: DropoutKey["key"] | undefined,
): void {
  const { kernel } = network;
  const panels = panelsOf(shard);
  network.layout.tracks.forEach(({ shape, index }) => {
    const a = work.activations[index]!;
    layOnes(kernel, shape, a, panels, work.segment);
    setState(kernel, shape, a, start.shard, start.rows && rowsFrom(start.rows, index));
    if (a.own?.factors && key) drawFactors(network, a.own.factors, index, shard, key);
  });
  if (!gathersFeatures(network.shape)) return;
  const l = headLayout(network.layout.head);
  for (const { offset } of work.features) {
    kernel.call("fillUnit", offset, l.featurePanel * 4, (work.segment + 1) * panels, 1);
  }
}

function drawFactors(network: Network, factors: Block, index: number, shard: Shard, key: DropoutKey["key"]): void {
  const { recurrentDropout: rate, hiddenSize } = network.shape;
  network.kernel.floats(factors).fill(1);
  const panel = network.layout.units * PANEL * 4;
  const at: Panels = { at: factors.offset, step: 0, panel };
  dropout(network.kernel, at, hiddenSize, shard, 0, 1, network.shape.layers + index, { key, rate });
}

/** The states after a workspace's last step become those before its first. */
export function carryStates(network: Network, work: Workspace, shard: Shard, steps: number): void {
  network.layout.tracks.forEach(({ shape }, i) => {
    const states = statesOf(shape, work.activations[i]!, panelsOf(shard), steps);
    const last = { ...states, at: states.at + (steps - 1) * states.step + PANEL * 4 };
    copyStates(network, shard, i, last, entry(network, work, i, shard));
  });
}

/**
 * Steps [first, first + steps) through all layers and the head. Gives the top layer's features, behind a row of ones: of every step, or of
 * the last alone where only that counts.
 */
export function* runSegment(
  network: Network,
  work: Workspace,
  data: PlacedInputs,
  shard: Shard,
  key: DropoutKey["key"] | undefined,
  first: number,
  steps: number,
): Pass<Panels> {
  const { kernel, shape } = network;
  const { layers, head } = network.layout;
  const panels = panelsOf(shard);
  let below: Panels | undefined;
  for (let layer = 0; layer < shape.layers; layer++) {
    const own = layers[layer]!;
    for (const track of own) {
      const a = activationsOf(work, track.index, key);
      const lengths = track.reversed ? data.lengths : undefined;
      const inputs = inputsOf(track.shape, a, panels, steps);
      if (!below) gather(kernel, inputs, data.x, shard, first, steps, lengths);
      else {
        const units = track.shape.inputSize;
        moveUnits(kernel, inputs, { ...below, at: below.at + PANEL * 4 }, units, shard, steps, { lengths });
        if (!gathersFeatures(shape)) drop(network, inputs, units, layer, shard, key, first, steps);
      }
      if (data.flags && a.own?.masks) {
        layMasks(kernel, a.own.masks, data.flags, shard, first, steps, lengths);
        clearIdle(kernel, inputs, a.own.masks, track.shape.inputSize, shard, steps);
      }
      const operations = operationsOf(track.shape, shard);
      const piece = stepsOfPiece(operations);
      for (let t = 0; t < steps; t += piece) {
        const to = Math.min(steps, t + piece);
        gruForward(kernel, track.shape, network.weights[track.index]!, a, shard, t, to);
        if (work.effort.reaches((to - t) * operations)) yield;
      }
    }
    below = features(
      network,
      work,
      own,
      shard,
      data.lengths,
      steps,
      shape.outputs === "last" && layer === shape.layers - 1,
    );
    if (gathersFeatures(shape) && layer < shape.layers - 1) {
      drop(network, { ...below, at: below.at + PANEL * 4 }, head.features, layer + 1, shard, key, first, steps);
    }
  }
  const top = below!;
  if (head.outputSize > 0) {
    const count = shape.outputs === "last" ? 1 : steps;
    headForward(kernel, head, network.head, work.outputs, top, shard, count);
  }
  return top;
}

/** Multiplications and additions of one step of a layer forward. */
export function operationsOf({ inputSize, hiddenSize }: LayerShape, shard: Shard): number {
  return 6 * hiddenSize * (inputSize + hiddenSize) * panelsOf(shard) * PANEL;
}

/** Drops units of what goes into a layer; the same ones on the way back. */
export function drop(
  network: Network,
  panels: Panels,
  units: number,
  layer: number,
  shard: Shard,
  key: DropoutKey["key"] | undefined,
  first: number,
  steps: number,
): void {
  const { dropout: rate } = network.shape;
  if (key && rate > 0) dropout(network.kernel, panels, units, shard, first, steps, layer, { key, rate });
}

/** A layer's states of all steps, or the final ones alone, behind a row of ones, in the order of time. */
export function features(
  network: Network,
  work: Workspace,
  tracks: readonly Track[],
  shard: Shard,
  lengths: Block | undefined,
  steps: number,
  lastOnly: boolean,
): Panels {
  const panels = panelsOf(shard);
  const states = tracks.map(({ shape, index }) => statesOf(shape, work.activations[index]!, panels, steps));
  if (!gathersFeatures(network.shape)) {
    const [only] = states as [Panels];
    return lastOnly ? { ...only, at: only.at + (steps - 1) * only.step } : only;
  }
  const panel = headLayout(network.layout.head).featurePanel * 4;
  const features = { at: work.features[tracks[0]!.layer]!.offset, step: panels * panel, panel };
  tracks.forEach((track, d) => {
    const from = { ...states[d]!, at: states[d]!.at + PANEL * 4 };
    const to = { ...features, at: features.at + (1 + d * network.shape.hiddenSize) * PANEL * 4 };
    if (lastOnly)
      moveUnits(
        network.kernel,
        to,
        { ...from, at: from.at + (steps - 1) * from.step },
        track.shape.hiddenSize,
        shard,
        1,
      );
    else
      moveUnits(network.kernel, to, from, track.shape.hiddenSize, shard, steps, {
        lengths: track.reversed ? lengths : undefined,
      });
  });
  return features;
}

/** Where the head leaves its outputs. */
export function outputPanels(network: Network, work: Workspace, shard: Shard): Panels {
  const panel = headLayout(network.layout.head).outputPanel * 4;
  return { at: work.outputs.offset, step: panelsOf(shard) * panel, panel };
}

/** Where the state before a workspace's first step lies. */
export function entry(network: Network, work: Workspace, index: number, shard: Shard): Panels {
  const { shape } = network.layout.tracks[index]!;
  const states = statesOf(shape, work.activations[index]!, panelsOf(shard), 0);
  return { ...states, at: states.at - states.step + PANEL * 4 };
}

/** Copies a shard's states (P, Hp, 8) of one step. */
export function copyStates(network: Network, shard: Shard, index: number, from: Panels, to: Panels): void {
  const { units } = layerLayout(network.layout.tracks[index]!.shape);
  moveUnits(network.kernel, to, from, units, shard, 1);
}

/** A track's activations; where nothing is dropped its factors are left out. */
export function activationsOf(work: Workspace, index: number, key: DropoutKey["key"] | undefined): LayerActivations {
  const a = work.activations[index]!;
  return key || !a.own?.factors ? a : { ...a, own: { ...a.own, factors: undefined } };
}

/** A block of panels, step by step. */
export function panelsAt({ offset }: Block, shard: Shard, panel: number): Panels {
  return { at: offset, step: panelsOf(shard) * panel * 4, panel: panel * 4 };
}
