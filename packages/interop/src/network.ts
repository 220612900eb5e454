import type { Convention, GruConfig, StateDict } from "@sluice/model";
import { refuse } from "./refuse.js";

/** What a file may say of a network beyond its sizes and cell. Each is the first value where the file says nothing else. */
export interface NetworkConfig extends GruConfig {
  /** L, 1 by default. */
  readonly layers?: number;
  readonly direction?: "forward" | "reverse" | "bidirectional";
  /** Whether gates have biases; true by default. */
  readonly bias?: boolean;
  /** `hard-sigmoid`: clip(x/6 + 0.5) as Keras 3 has it; `hard-sigmoid-0.2`: clip(0.2x + 0.5), Keras 2 and TensorFlow.js. */
  readonly gateActivation?: "sigmoid" | "hard-sigmoid" | "hard-sigmoid-0.2";
  readonly candidateActivation?: "tanh" | "relu" | "linear";
  /** Outputs of every step, or of the last alone. */
  readonly outputs?: "all" | "last";
}

/** What a writer needs of a network; a `Gru` is one. */
export interface Network {
  readonly config: NetworkConfig;
  stateDict(convention: Convention): StateDict;
}

const DEFAULTS = {
  layers: 1,
  direction: "forward",
  bias: true,
  gateActivation: "sigmoid",
  candidateActivation: "tanh",
  outputs: "all",
} as const;

export type ResolvedConfig = NetworkConfig & Required<Omit<NetworkConfig, keyof GruConfig>> & Required<Shape>;
type Shape = Pick<NetworkConfig, keyof typeof DEFAULTS>;

export function resolve(config: NetworkConfig): ResolvedConfig {
  return { ...DEFAULTS, ...config };
}

/** A config without what is so by default. */
export function configOf(config: NetworkConfig): NetworkConfig {
  const said = Object.entries(config).filter(
    ([key, value]) => value !== undefined && (DEFAULTS as Record<string, unknown>)[key] !== value,
  );
  return Object.fromEntries(said) as unknown as NetworkConfig;
}

/** Ends writing where the initial state is learned: the format has no place for it, and without it outputs would differ. */
export function refuseLearnedState(where: string, { learnInitialState }: NetworkConfig): void {
  if (learnInitialState)
    refuse(where, "a network that begins at zero, as it keeps no learned initial state", "a learned one");
}

/** One direction of one layer. */
export interface CellPlace {
  /** From 0. */
  readonly layer: number;
  /** Whether it is the second direction of its layer. */
  readonly second: boolean;
  /** Features that it reads: I in the first layer, H × directions above. */
  readonly inputs: number;
  /** What follows its tensors' names in `keras` (and, for a first direction, in `onnx`): nothing for the first cell. */
  readonly suffix: string;
}

export const directionsOf = ({ direction }: NetworkConfig): 1 | 2 => (direction === "bidirectional" ? 2 : 1);

/** The cells of a network, layer by layer, forward first. */
export function cellsOf(config: NetworkConfig): readonly CellPlace[] {
  const { layers, inputSize, hiddenSize } = resolve(config);
  const directions = directionsOf(config);
  return Array.from({ length: layers * directions }, (_, i) => {
    const layer = Math.floor(i / directions);
    const second = i % directions === 1;
    const suffix = i === 0 ? "" : `_l${layer}${second ? "_reverse" : ""}`;
    return { layer, second, inputs: layer === 0 ? inputSize : hiddenSize * directions, suffix };
  });
}

/** The one value that all have; refuses where they differ. */
export function same<T extends string | number | boolean>(where: string, what: string, values: readonly T[]): T {
  const other = values.find((value) => value !== values[0]);
  if (other !== undefined) refuse(where, `the same ${what} in every layer and direction (${values[0]})`, other);
  return values[0]!;
}
