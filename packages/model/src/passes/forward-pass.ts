import {
  type Block,
  clearIdle,
  type DropoutKey,
  dropout,
  gather,
  gruForward,
  type HeadShape,
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
import { gathersFeatures, type Track } from "../config/shape.js";
import { SHARD } from "../network/memory-plan.js";
import { type Network, part } from "../network/network.js";
import { type PlacedInputs, rowsFrom } from "../network/placement.js";
import { DROPPED, GATHERED, inPieces, MOVED, type Pass } from "./pass.js";
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
    kernel.exports.fillUnit(offset, l.featurePanel * 4, (work.segment + 1) * panels, 1);
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
      const units = track.shape.inputSize;
      const numbers = units * panels * PANEL;
      if (!below) {
        const { x } = data;
        const gathering = inPieces(work.effort, steps, GATHERED * numbers, (from, to) => {
          gather(kernel, stepsFrom(inputs, from), x, shard, first + from, to - from, lengths);
        });
        if (gathering) yield* gathering;
      } else {
        const states = { ...below, at: below.at + PANEL * 4 };
        const moving = move(network, work, inputs, states, units, shard, steps, { lengths });
        if (moving) yield* moving;
        const dropping = gathersFeatures(shape)
          ? undefined
          : drop(network, work, inputs, units, layer, shard, key, first, steps);
        if (dropping) yield* dropping;
      }
      if (data.flags && a.own?.masks) {
        layMasks(kernel, a.own.masks, data.flags, shard, first, steps, lengths);
        clearIdle(kernel, inputs, a.own.masks, track.shape.inputSize, shard, steps);
      }
      const stepping = inPieces(work.effort, steps, operationsOf(track.shape, shard), (from, to) => {
        gruForward(kernel, track.shape, network.weights[track.index]!, a, shard, from, to);
      });
      if (stepping) yield* stepping;
    }
    const lastOnly = shape.outputs === "last" && layer === shape.layers - 1;
    below = gathersFeatures(shape)
      ? yield* gatheredFeatures(network, work, own, shard, data.lengths, steps, lastOnly)
      : features(work, own[0]!, shard, steps, lastOnly);
    if (gathersFeatures(shape) && layer < shape.layers - 1) {
      const states = { ...below, at: below.at + PANEL * 4 };
      const dropping = drop(network, work, states, head.features, layer + 1, shard, key, first, steps);
      if (dropping) yield* dropping;
    }
  }
  const top = below!;
  if (head.outputSize > 0) {
    const count = shape.outputs === "last" ? 1 : steps;
    const each = panels * headLayout(head).outputPanel;
    const reading = inPieces(work.effort, count, headOperations(head, shard), (from, to) => {
      const outputs = part(work.outputs, from * each, (to - from) * each);
      headForward(kernel, head, network.head, outputs, stepsFrom(top, from), shard, to - from);
    });
    if (reading) yield* reading;
  }
  return top;
}

/** Multiplications and additions of one step of a layer forward. */
export function operationsOf({ inputSize, hiddenSize }: LayerShape, shard: Shard): number {
  return 6 * hiddenSize * (inputSize + hiddenSize) * panelsOf(shard) * PANEL;
}

/** And of the head, its outputs in fours. */
export function headOperations(head: HeadShape, shard: Shard): number {
  return 2 * (1 + head.features) * headLayout(head).outputs * panelsOf(shard) * PANEL;
}

/** Moves units of all steps, in pieces. */
export function move(
  { kernel }: Network,
  work: Workspace,
  to: Panels,
  from: Panels,
  units: number,
  shard: Shard,
  steps: number,
  order: { readonly lengths?: Block | undefined; readonly add?: boolean },
): Iterable<undefined> | undefined {
  return inPieces(work.effort, steps, MOVED * units * panelsOf(shard) * PANEL, (first, end) => {
    moveUnits(kernel, to, from, units, shard, end - first, { ...order, first });
  });
}

/** The same panels from a later step on. */
export function stepsFrom(panels: Panels, step: number): Panels {
  return { ...panels, at: panels.at + step * panels.step };
}

/** Drops units of what goes into a layer, in pieces; the same ones on the way back. */
export function drop(
  network: Network,
  work: Workspace,
  panels: Panels,
  units: number,
  layer: number,
  shard: Shard,
  key: DropoutKey["key"] | undefined,
  first: number,
  steps: number,
): Iterable<undefined> | undefined {
  const { dropout: rate } = network.shape;
  if (!key || rate === 0) return undefined;
  const operations = DROPPED * units * panelsOf(shard) * PANEL;
  return inPieces(work.effort, steps, operations, (from, to) => {
    dropout(network.kernel, stepsFrom(panels, from), units, shard, first + from, to - from, layer, { key, rate });
  });
}

/** The states of a layer that runs forward alone, of all steps or of the last, behind a row of ones. */
export function features(
  work: Workspace,
  { shape, index }: Track,
  shard: Shard,
  steps: number,
  lastOnly: boolean,
): Panels {
  const states = statesOf(shape, work.activations[index]!, panelsOf(shard), steps);
  return lastOnly ? stepsFrom(states, steps - 1) : states;
}

/** A layer's states of all steps, or the final ones alone, behind a row of ones, in the order of time. */
function* gatheredFeatures(
  network: Network,
  work: Workspace,
  tracks: readonly Track[],
  shard: Shard,
  lengths: Block | undefined,
  steps: number,
  lastOnly: boolean,
): Pass<Panels> {
  const panels = panelsOf(shard);
  const panel = headLayout(network.layout.head).featurePanel * 4;
  const features = { at: work.features[tracks[0]!.layer]!.offset, step: panels * panel, panel };
  const H = network.shape.hiddenSize;
  for (const [d, { shape, index, reversed }] of tracks.entries()) {
    const states = statesOf(shape, work.activations[index]!, panels, steps);
    const from = { ...states, at: states.at + PANEL * 4 };
    const to = { ...features, at: features.at + (1 + d * H) * PANEL * 4 };
    if (lastOnly) moveUnits(network.kernel, to, stepsFrom(from, steps - 1), H, shard, 1);
    else {
      const moving = move(network, work, to, from, H, shard, steps, { lengths: reversed ? lengths : undefined });
      if (moving) yield* moving;
    }
  }
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
