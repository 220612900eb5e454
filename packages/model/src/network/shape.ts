import {
  type CandidateActivation,
  type Cell,
  type GateActivation,
  type HeadShape,
  headLayout,
  type LayerShape,
  layerLayout,
  memoize,
} from "@sluice/kernel-wasm";

/** Which way layers go through time. */
export type Direction = "forward" | "reverse" | "bidirectional";

/** What a network is, without how it came to its numbers. */
export interface NetworkShape {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly cell: Cell;
  readonly layers: number;
  readonly direction: Direction;
  readonly bias: boolean;
  readonly gateActivation: GateActivation;
  readonly candidateActivation: CandidateActivation;
  readonly outputs: "all" | "last";
  readonly learnInitialState: boolean;
  readonly dropout: number;
  readonly recurrentDropout: number;
}

/** One layer in one direction. */
export interface Track {
  /** Its place among all of them: layer by layer, forward first, as in PyTorch's states. */
  readonly index: number;
  readonly layer: number;
  readonly reversed: boolean;
  readonly shape: LayerShape;
  /** Where its weights begin among the parameters. */
  readonly start: number;
}

/** D: directions of a layer. */
export function directionsOf({ direction }: Pick<NetworkShape, "direction">): number {
  return direction === "bidirectional" ? 2 : 1;
}

/** F: features of a step of the top layer, or of any. */
export function featuresOf(shape: Pick<NetworkShape, "direction" | "hiddenSize">): number {
  return directionsOf(shape) * shape.hiddenSize;
}

/** Whether the features of a step must be brought together, and into their own order of time. */
export function gathersFeatures({ direction }: Pick<NetworkShape, "direction">): boolean {
  return direction !== "forward";
}

/** Features of a target of the losses with one output a target: the head's outputs or, without a head, the states. */
export function outputsOf(shape: NetworkShape): number {
  return shape.outputSize > 0 ? shape.outputSize : featuresOf(shape);
}

/** Where everything lies among the parameters: the tracks' weights (K, 3 Hp), the head (1 + F, Op), the initial states (L D, Hp). */
export interface ParameterLayout {
  readonly tracks: readonly Track[];
  /** The same by layer, the lowest first. */
  readonly layers: readonly (readonly Track[])[];
  readonly head: HeadShape;
  readonly headStart: number;
  /** Where the initial state of the first track begins; those of the others follow, `units` each. */
  readonly stateStart: number;
  /** Hp */
  readonly units: number;
  readonly total: number;
}

export const parameterLayout = memoize((shape: NetworkShape): ParameterLayout => {
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
