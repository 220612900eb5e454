import { type HeadShape, headLayout, type LayerShape, layerLayout, remembered } from "@sluice/kernel-wasm";
import type { GruConfig } from "./config.js";

/** The structure of a network: its config without seed and initialization. */
export type NetworkShape = Omit<Required<GruConfig>, "seed" | "init">;

/** One layer in one direction. */
export interface Track {
  /** Its index in the order of PyTorch's states: layer by layer, forward first. */
  readonly index: number;
  readonly layer: number;
  readonly reversed: boolean;
  readonly shape: LayerShape;
  /** The index of its first weight in the parameters. */
  readonly start: number;
}

/** D, directions of a layer. */
export function directionsOf({ direction }: Pick<NetworkShape, "direction">): number {
  return direction === "bidirectional" ? 2 : 1;
}

/** F, features of a step of each layer. */
export function featuresOf(shape: Pick<NetworkShape, "direction" | "hiddenSize">): number {
  return directionsOf(shape) * shape.hiddenSize;
}

/** Whether features must be copied from the tracks' states: to concatenate directions, or to restore the order of time. */
export function gathersFeatures({ direction }: Pick<NetworkShape, "direction">): boolean {
  return direction !== "forward";
}

/** Outputs per step: those of the head or, without a head, the features. */
export function outputsOf(shape: NetworkShape): number {
  return shape.outputSize > 0 ? shape.outputSize : featuresOf(shape);
}

/** The layout of the parameters: the tracks' weights (K, 3 Hp), the head (1 + F, Op), the initial states (L D, Hp). */
export interface ParameterLayout {
  readonly tracks: readonly Track[];
  /** The tracks of each layer, the lowest layer first. */
  readonly layers: readonly (readonly Track[])[];
  readonly head: HeadShape;
  readonly headStart: number;
  /** The index of the first track's initial state; those of the others follow, `units` elements each. */
  readonly stateStart: number;
  /** Hp */
  readonly units: number;
  readonly total: number;
}

export const parameterLayout = remembered((shape: NetworkShape): ParameterLayout => {
  const { inputSize, hiddenSize, cell, gateActivation, candidateActivation, direction } = shape;
  const directions = directionsOf(shape);
  const features = featuresOf(shape);
  let start = 0;
  const tracks = Array.from({ length: shape.layers * directions }, (_, index): Track => {
    const layer = Math.floor(index / directions);
    const size = layer === 0 ? inputSize : features;
    const own: LayerShape = { cell, inputSize: size, hiddenSize, gateActivation, candidateActivation };
    const track = {
      index,
      layer,
      reversed: direction === "reverse" || index % directions === 1,
      shape: own,
      start,
    };
    start += layerLayout(own).weights;
    return track;
  });
  const head = { features, outputSize: shape.outputSize };
  const stateStart = start + headLayout(head).weights;
  const { units } = layerLayout(tracks[0]!.shape);
  const total = stateStart + (shape.learnInitialState ? tracks.length * units : 0);
  const layers = Array.from({ length: shape.layers }, (_, l) => tracks.filter(({ layer }) => layer === l));
  return { tracks, layers, head, headStart: start, stateStart, units, total };
});
