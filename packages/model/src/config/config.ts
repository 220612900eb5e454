import {
  CANDIDATE_ACTIVATIONS,
  type CandidateActivation,
  CELLS,
  type Cell,
  GATE_ACTIVATIONS,
  type GateActivation,
} from "@sluice/kernel-wasm";
import { expectBoolean, expectFraction, expectInteger, expectKeys, expectOneOf } from "@sluice/kernel-wasm/checks";

export const INITS = ["uniform", "uniform-scaled", "glorot-orthogonal"] as const;
const DIRECTIONS = ["forward", "reverse", "bidirectional"] as const;
const OUTPUTS = ["all", "last"] as const;

/**
 * How weights are initialized. `uniform-scaled`, the default: all on ±1/√H, as in PyTorch. `uniform`: weights on [−1, 1), biases zero, as in
 * the notebook; with many units or steps, states saturate and gradients explode. `glorot-orthogonal`: input weights Glorot uniform, recurrent weights orthogonal, biases zero, as in Keras.
 */
export type Init = (typeof INITS)[number];

/** The order in which layers process the steps. */
export type Direction = (typeof DIRECTIONS)[number];

/** Whether a network returns the outputs of all steps, or of the last one. */
export type Outputs = (typeof OUTPUTS)[number];

export interface GruConfig {
  /** I, features per step. */
  readonly inputSize: number;
  /** H, hidden units. */
  readonly hiddenSize: number;
  /** O, outputs of the linear head; 0 for no head. */
  readonly outputSize: number;
  readonly cell: Cell;
  /** Seeds initial weights, shuffling and dropout: an integer from 0 to 2⁵³ − 1. 0 by default. */
  readonly seed?: number;
  /** `uniform-scaled` by default. */
  readonly init?: Init;
  /** L, stacked layers; 1 by default. */
  readonly layers?: number;
  /** `forward` by default; with `bidirectional` a step has 2 H features, forward first. */
  readonly direction?: Direction;
  /** Whether gates and candidate have biases (the head always has); true by default. */
  readonly bias?: boolean;
  /** σ of the gates: `sigmoid` by default; `hard-sigmoid` is Keras 3's, x/6 + 0.5, `hard-sigmoid-0.2` Keras 2's, 0.2 x + 0.5. */
  readonly gateActivation?: GateActivation;
  /** `tanh` by default. */
  readonly candidateActivation?: CandidateActivation;
  /** `all` by default; `last` computes one output per sample, from the final states. */
  readonly outputs?: Outputs;
  /** Whether to train the initial states, which start at zero; false by default. */
  readonly learnInitialState?: boolean;
  /** The dropout rate between layers, with a new mask for each step; 0 by default. */
  readonly dropout?: number;
  /** The dropout rate of the state that gates and candidate read, with one mask for all steps of a sample; 0 by default. */
  readonly recurrentDropout?: number;
}

const DEFAULTS = {
  seed: 0,
  init: "uniform-scaled",
  layers: 1,
  direction: "forward",
  bias: true,
  gateActivation: "sigmoid",
  candidateActivation: "tanh",
  outputs: "all",
  learnInitialState: false,
  dropout: 0,
  recurrentDropout: 0,
} as const;

/**
 * Checks a config and fills in the defaults.
 * @throws TypeError or RangeError for an invalid option.
 */
export function resolveConfig(config: GruConfig): Required<GruConfig> {
  expectKeys("config", config, ["inputSize", "hiddenSize", "outputSize", "cell", ...Object.keys(DEFAULTS)]);
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const all: Required<GruConfig> = { ...DEFAULTS, ...(given as unknown as GruConfig) };
  expectInteger("inputSize", all.inputSize, 1, 65536);
  expectInteger("hiddenSize", all.hiddenSize, 1, 16384);
  expectInteger("outputSize", all.outputSize, 0, 65536);
  expectOneOf("cell", all.cell, CELLS);
  expectInteger("seed", all.seed, 0, Number.MAX_SAFE_INTEGER);
  expectOneOf("init", all.init, INITS);
  expectInteger("layers", all.layers, 1, 256);
  expectOneOf("direction", all.direction, DIRECTIONS);
  expectBoolean("bias", all.bias);
  expectOneOf("gateActivation", all.gateActivation, GATE_ACTIVATIONS);
  expectOneOf("candidateActivation", all.candidateActivation, CANDIDATE_ACTIVATIONS);
  expectOneOf("outputs", all.outputs, OUTPUTS);
  expectBoolean("learnInitialState", all.learnInitialState);
  if (all.learnInitialState && all.cell === "memoryless") throwMemoryless();
  expectFraction("dropout", all.dropout);
  expectFraction("recurrentDropout", all.recurrentDropout);
  if (all.dropout > 0 && all.layers === 1)
    throw new RangeError(`dropout: expected 0 for one layer, because it acts between layers, got ${all.dropout}`);
  return all;
}

/** @throws RangeError, because a memoryless cell has no state. */
export function throwMemoryless(): never {
  throw new RangeError(
    "initial state: expected none, because a memoryless cell resets its state at every step, got one",
  );
}

/** @throws RangeError for a feature that needs a network which runs forward in time. */
export function expectForward(feature: string, direction: Direction): void {
  if (direction !== "forward")
    throw new RangeError(`${feature}: expected a network with direction "forward", got "${direction}"`);
}
