import { expectBoolean, expectKeys, expectOneOf } from "@sluice/kernel-wasm/checks";
import type { CandidateActivation, GateActivation } from "@sluice/model";
import { unsupported } from "../model-file-error.js";
import type { GruSettings } from "./layers.js";

/** The gates' activations by Keras's names. `hard_sigmoid` means that of Keras 3, clip(x/6 + 0.5). */
const GATES = {
  sigmoid: "sigmoid",
  hard_sigmoid: "hard-sigmoid",
  hard_sigmoid_keras_2: "hard-sigmoid-0.2",
} as const satisfies Readonly<Record<string, GateActivation>>;

/** The candidate's activations by Keras's names. */
const CANDIDATES = {
  tanh: "tanh",
  relu: "relu",
  linear: "linear",
} as const satisfies Readonly<Record<string, CandidateActivation>>;

type KerasGate = keyof typeof GATES;
type KerasCandidate = keyof typeof CANDIDATES;

/** Settings that a file of weights does not contain. They have no effect on a `.keras` archive or a whole model of Keras 2. */
export interface KerasOptions {
  /** Needed only for a network without biases; true by default, as in Keras. */
  readonly resetAfter?: boolean;
  /** The gates' activation, "sigmoid" by default. Keras 3's hard_sigmoid is clip(x/6 + 0.5), Keras 2's clip(0.2x + 0.5). */
  readonly recurrentActivation?: KerasGate;
  /** The candidate's activation, "tanh" by default. */
  readonly activation?: KerasCandidate;
  /** Whether the last GRU layer returns all steps; true by default. */
  readonly returnSequences?: boolean;
  readonly goBackwards?: boolean;
  /** Needed only for an npz of `get_weights()` with ambiguous shapes. */
  readonly bidirectional?: boolean;
}

const FLAGS = ["resetAfter", "returnSequences", "goBackwards", "bidirectional"] as const;

/** Throws a TypeError or RangeError for an invalid option. */
export function checkOptions(options: KerasOptions): void {
  expectKeys("readKeras", options, ["recurrentActivation", "activation", ...FLAGS]);
  for (const flag of FLAGS) if (options[flag] !== undefined) expectBoolean(flag, options[flag]);
  const { recurrentActivation = "sigmoid", activation = "tanh" } = options;
  expectOneOf("recurrentActivation", recurrentActivation, Object.keys(GATES));
  expectOneOf("activation", activation, Object.keys(CANDIDATES));
}

/** A gate's activation in a model's JSON, by Keras's name. */
export function gateOf(where: string, name: unknown): GateActivation {
  if (isKey(GATES, name)) return GATES[name];
  return unsupported(`${where}: recurrent_activation`, Object.keys(GATES).join(", "), name);
}

/** A candidate's activation in a model's JSON, by Keras's name. */
export function candidateOf(where: string, name: unknown): CandidateActivation {
  if (isKey(CANDIDATES, name)) return CANDIDATES[name];
  return unsupported(`${where}: activation`, Object.keys(CANDIDATES).join(", "), name);
}

const isKey = <T extends object>(object: T, key: unknown): key is keyof T =>
  typeof key === "string" && Object.hasOwn(object, key);

/** The settings of a GRU layer; `returnSequences` applies only to the last one. */
export function gruSettings(options: KerasOptions, isLast: boolean): GruSettings {
  const { recurrentActivation = "sigmoid", activation = "tanh", returnSequences = true } = options;
  return {
    resetAfter: options.resetAfter,
    gate: GATES[recurrentActivation],
    candidate: CANDIDATES[activation],
    returnSequences: isLast ? returnSequences : true,
    goBackwards: options.goBackwards ?? false,
  };
}
