import type { Convention, GruConfig, StateDict } from "@sluice/model";
import { refuse } from "./refuse.js";

/** What a writer needs of a network; a `Gru` is one. */
export interface Network {
  readonly config: GruConfig;
  stateDict(convention: Convention): StateDict;
}

/** What a file means where it says nothing; seed and dropout it never says. */
const DEFAULTS = {
  layers: 1,
  direction: "forward",
  bias: true,
  gateActivation: "sigmoid",
  candidateActivation: "tanh",
  outputs: "all",
} as const;

export type ResolvedConfig = GruConfig & Required<Pick<GruConfig, keyof typeof DEFAULTS>>;

export function resolve(config: GruConfig): ResolvedConfig {
  return { ...DEFAULTS, ...config };
}

/** A config without what is so by default. */
export function configOf(config: GruConfig): GruConfig {
  const said = Object.entries(config).filter(
    ([key, value]) => value !== undefined && (DEFAULTS as Record<string, unknown>)[key] !== value,
  );
  return Object.fromEntries(said) as unknown as GruConfig;
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

export const directionsOf = ({ direction }: GruConfig): 1 | 2 => (direction === "bidirectional" ? 2 : 1);

/** The cells of a network, layer by layer, forward first. */
export function cellsOf(config: GruConfig): readonly CellPlace[] {
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
