import {
  CANDIDATE_ACTIVATIONS,
  type CandidateActivation,
  CELLS,
  type Cell,
  GATE_ACTIVATIONS,
  type GateActivation,
} from "@sluice/kernel-wasm";
import { expectBoolean, expectInteger, expectKeys, expectNumber, expectOneOf } from "@sluice/kernel-wasm/checks";
import type { Direction } from "./shape.js";

export const INITS = ["uniform", "uniform-scaled", "glorot-orthogonal"] as const;
/**
 * How weights begin. `uniform`: weights on [−1, 1), biases zero, as the notebook does. `uniform-scaled`: all on
 * ±1/√H, as PyTorch does. `glorot-orthogonal`: input weights Glorot uniform, recurrent weights orthogonal, biases zero, as Keras does.
 */
export type Init = (typeof INITS)[number];

export interface GruConfig {
  /** I, features of a step. */
  readonly inputSize: number;
  /** H, hidden units. */
  readonly hiddenSize: number;
  /** O, outputs of the readout head; 0 for no head. */
  readonly outputSize: number;
  readonly cell: Cell;
  /** Decides initial weights, shuffling and what is dropped: a whole number from 0 to 2⁵³ − 1. 0 by default. */
  readonly seed?: number;
  /** `uniform` by default. */
  readonly init?: Init;
  /** L, layers one above the other; 1 by default. */
  readonly layers?: number;
  /** Forward through time by default; with both directions a step has 2 H features, forward first. */
  readonly direction?: Direction;
  /** Whether gates and candidate have biases (the head always has); true by default. */
  readonly bias?: boolean;
  /** σ of the gates: `sigmoid` by default; `hard-sigmoid` is Keras 3's, x/6 + 0.5, `hard-sigmoid-0.2` Keras 2's, 0.2 x + 0.5. */
  readonly gateActivation?: GateActivation;
  /** `tanh` by default. */
  readonly candidateActivation?: CandidateActivation;
  /** Outputs at every step, the default, or one for the last: from the final states. */
  readonly outputs?: "all" | "last";
  /** Whether the states before the first step are trained; they begin at zero. False by default. */
  readonly learnInitialState?: boolean;
  /** The share of the features between layers that training drops, on every step others; 0 by default. */
  readonly dropout?: number;
  /** The share of the state that gates and candidate do not see in training, the same on every step of a sample; 0 by default. */
  readonly recurrentDropout?: number;
}

const DIRECTIONS: readonly Direction[] = ["forward", "reverse", "bidirectional"];
const OUTPUTS = ["all", "last"] as const;

const DEFAULTS = {
  seed: 0,
  init: "uniform",
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

/** The config with its defaults, checked. */
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
  if (all.learnInitialState && all.cell === "memoryless") refuseMemoryless();
  for (const name of ["dropout", "recurrentDropout"] as const) {
    expectNumber(name, all[name], (x) => x >= 0 && x < 1, "a number from 0 to below 1");
  }
  if (all.dropout > 0 && all.layers === 1)
    throw new RangeError(`dropout: expected 0 for one layer, as it acts between layers, got ${all.dropout}`);
  return all;
}

/** @throws RangeError: a memoryless cell takes no state. */
export function refuseMemoryless(): never {
  throw new RangeError("initial state: expected none, as a memoryless cell forgets its state on every step, got one");
}
