import type { Block, LayerActivations, LayerGradients, LossShape, Rows } from "@sluice/kernel-wasm";
import { gathersFeatures } from "../config/shape.js";
import {
  backwardPlan,
  forwardPlan,
  type PassSize,
  trackBackwardPlan,
  trackForwardPlan,
} from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { Effort } from "./pass.js";

/** Memory for a pass over one shard, `segment` steps at once. */
export interface Workspace {
  readonly segment: number;
  readonly effort: Effort;
  readonly loss: LossShape;
  readonly activations: readonly LayerActivations[];
  /** (T, P, Op, 8) */
  readonly outputs: Block;
  /** (T + 1, P, 1 + F, 8) of each layer, empty where states are read in their place. */
  readonly features: readonly Block[];
}

/** Memory for a pass forward and backward. */
export interface TrainingWorkspace extends Workspace {
  readonly training: TrainingBuffers;
  /** States (tracks, rows, H) from one update of a batch to the next, where they are carried; starts are those of the batch's rows. */
  readonly carried?: Rows | undefined;
}

export interface TrackGradients extends LayerGradients {
  /** (T, P, Hp, 8), the gradient by h from above; the layer's dFeatures, or the dInputs of the layer above, where absent. */
  readonly dStates?: Block | undefined;
  /** (T, P, Ip, 8); absent in the lowest layer. */
  readonly dInputs?: Block | undefined;
  /** (segments, P, Hp, 8), the state before each segment. */
  readonly borders: Block;
}

export interface TrainingBuffers {
  /** As `parameters`: the sum over the shards, and one shard's. */
  readonly gradient: Block;
  readonly shardGradient: Block;
  readonly headTransposed: Block;
  /** (T, P, Fp, 8) */
  readonly dFeatures: Block;
  readonly scratch: Block;
  readonly tracks: readonly TrackGradients[];
}

export function workspace(network: Network, size: PassSize, lossShape: LossShape = { kind: "mse" }): Workspace {
  const { shape, kernel } = network;
  const { outputs, ...features } = kernel.arena.allocate(forwardPlan(shape, size)) as Record<string, Block>;
  const activations = network.layout.tracks.map((track): LayerActivations => {
    // of a long sequence they are most of all memory; each step writes its own before it reads them, but for lanes that turn round in time
    const b = kernel.arena.allocate(trackForwardPlan(shape, track, size), { zeros: gathersFeatures(shape) });
    const own = { states: b.states, masks: needed(b.masks), factors: needed(b.factors), kept: b.kept };
    return { inputs: b.inputs, gates: b.gates, own: needed(b.states) && own };
  });
  return {
    segment: size.segment,
    effort: new Effort(),
    loss: lossShape,
    activations,
    outputs: outputs!,
    features: Object.values(features),
  };
}

export function trainingWorkspace(network: Network, size: PassSize, lossShape?: LossShape): TrainingWorkspace {
  const { shape, kernel } = network;
  const work = workspace(network, size, lossShape);
  const b = kernel.arena.allocate(backwardPlan(shape, size));
  const tracks = network.layout.tracks.map((track, i): TrackGradients => {
    const own = kernel.arena.allocate(trackBackwardPlan(shape, track, size));
    return {
      transposed: own.transposed,
      inputTransposed: needed(own.inputTransposed),
      dState: own.dState,
      dStates: needed(own.dStates),
      dInputs: needed(own.dInputs),
      borders: own.borders,
      scratch: b.scratch,
      weights: network.trackPart(b.shardGradient, i),
    };
  });
  const { carried: source, carriedStarts: starts, ...training } = b;
  return {
    ...work,
    training: { ...training, tracks },
    carried: needed(source) && carriedRows(network, source, starts),
  };
}

/** States (tracks, rows, H), row by row. */
function carriedRows({ kernel, shape: { hiddenSize: H } }: Network, source: Block, starts: Block): Rows {
  kernel.integers(starts).forEach((_, row, all) => {
    all[row] = row * H;
  });
  return { source, starts, stride: starts.length * H, size: H };
}

/** A block that was planned; undefined for one of no length. */
function needed(block: Block): Block | undefined {
  return block.length > 0 ? block : undefined;
}
