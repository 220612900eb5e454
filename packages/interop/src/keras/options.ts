import { refuse } from "../refuse.js";
import type { GruSettings } from "./layers.js";

/** What a file of weights alone does not say; a `.keras` archive says all of it itself. */
export interface KerasOptions {
  /** Needed only without biases: true by default, as in Keras. */
  readonly resetAfter?: boolean;
  /** Of the gates; "sigmoid" by default. Keras 3's hard_sigmoid is clip(x/6 + 0.5), Keras 2's clip(0.2x + 0.5). */
  readonly recurrentActivation?: "sigmoid" | "hard_sigmoid" | "hard_sigmoid_keras_2";
  /** Of the candidate; "tanh" by default. */
  readonly activation?: "tanh" | "relu" | "linear";
  /** Of the last GRU layer; true by default here. */
  readonly returnSequences?: boolean;
  readonly goBackwards?: boolean;
  /** Only for an npz of `get_weights()`, where shapes do not say it. */
  readonly bidirectional?: boolean;
}

const GATES: Readonly<Record<string, GruSettings["gate"]>> = {
  sigmoid: "sigmoid",
  hard_sigmoid: "hard-sigmoid",
  hard_sigmoid_keras_2: "hard-sigmoid-0.2",
};

/** A gate's activation by Keras's name. */
export function gateNamed(where: string, name: unknown): GruSettings["gate"] {
  const known = typeof name === "string" && Object.hasOwn(GATES, name) ? GATES[name] : undefined;
  return known ?? refuse(`${where}: recurrent_activation`, Object.keys(GATES).join(" or "), name);
}

/** A candidate's activation by Keras's name. */
export function candidateNamed(where: string, name: unknown): GruSettings["candidate"] {
  if (name === "tanh" || name === "relu" || name === "linear") return name;
  return refuse(`${where}: activation`, "tanh, relu or linear", name);
}

/** The settings of a GRU layer from options, below others or last. */
export function settingsFrom(options: KerasOptions, last: boolean): GruSettings {
  const {
    recurrentActivation = "sigmoid",
    activation = "tanh",
    returnSequences = true,
    goBackwards = false,
  } = options;
  return {
    resetAfter: options.resetAfter,
    gate: gateNamed("options", recurrentActivation),
    candidate: candidateNamed("options", activation),
    returnSequences: last ? returnSequences : true,
    goBackwards,
  };
}
