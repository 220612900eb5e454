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
import { startsEvery } from "../tensors/sequences.js";
import { YieldBudget } from "./pass.js";

/** Kernel memory for a pass over one shard, `segment` steps at a time. */
export interface Workspace {
  readonly segment: number;
  readonly budget: YieldBudget;
  readonly loss: LossShape;
  readonly activations: readonly LayerActivations[];
  /** (T, P, Op, 8) */
  readonly outputs: Block;
  /** (T + 1, P, 1 + F, 8) for each layer; empty if the states are used directly. */
  readonly features: readonly Block[];
}

/** Kernel memory for a forward and a backward pass. */
export interface TrainingWorkspace extends Workspace {
  readonly training: TrainingBuffers;
  /** The states (tracks, rows, H) carried from one update to the next, with a start for each row of a batch; absent if none are carried. */
  readonly carried?: Rows | undefined;
}

export interface TrackGradients extends LayerGradients {
  /** (T, P, Hp, 8), the gradient with respect to h from above. If absent, dFeatures or the dInputs of the layer above are used directly. */
  readonly dStates?: Block | undefined;
  /** (T, P, Ip, 8), the gradient with respect to the inputs; absent in the first layer. */
  readonly dInputs?: Block | undefined;
  /** (segments, P, Hp, 8), the state before each segment; empty without gradient checkpointing. */
  readonly borders: Block;
}

export interface TrainingBuffers {
  /** The sum over all shards of a batch; laid out as the parameters. */
  readonly gradient: Block;
  /** The gradient of one shard. */
  readonly shardGradient: Block;
  readonly headTransposed: Block;
  /** (T, P, Fp, 8) */
  readonly dFeatures: Block;
  readonly scratch: Block;
  readonly tracks: readonly TrackGradients[];
}

/** Allocates the memory of a forward pass. */
export function workspace(network: Network, size: PassSize, lossShape: LossShape = { kind: "mse" }): Workspace {
  const { shape, kernel } = network;
  const { outputs, ...features } = kernel.arena.allocate(forwardPlan(shape, size)) as Record<string, Block>;
  const activations = network.layout.tracks.map((track): LayerActivations => {
    // activations are most of the memory of a long sequence; a forward step writes them before it reads them, so only networks that reverse
    // time need zeros
    const b = kernel.arena.allocate(trackForwardPlan(shape, track, size), { zeros: gathersFeatures(shape) });
    const separate = { states: b.states, masks: needed(b.masks), factors: needed(b.factors), kept: b.kept };
    return { inputs: b.inputs, gates: b.gates, separate: needed(b.states) && separate };
  });
  return {
    segment: size.segment,
    budget: new YieldBudget(),
    loss: lossShape,
    activations,
    outputs: outputs!,
    features: Object.values(features),
  };
}

/** Allocates the memory of a forward and a backward pass. */
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

/** Rows of states (tracks, rows, H). */
function carriedRows({ kernel, shape: { hiddenSize: H } }: Network, source: Block, starts: Block): Rows {
  kernel.integers(starts).set(startsEvery(H, starts.length));
  return { source, starts, stride: starts.length * H, size: H };
}

/** The block, or undefined if its planned length is 0. */
function needed(block: Block): Block | undefined {
  return block.length > 0 ? block : undefined;
}
