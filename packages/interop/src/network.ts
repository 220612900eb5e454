import { type Convention, conversion, type GruConfig, type Library, type StateDict } from "@sluice/model";
import { unsupported } from "./model-file-error.js";

/** The part of a network that writers use; every `Gru` has it. */
export interface Network {
  readonly config: GruConfig;
  stateDict(convention: Convention): StateDict;
}

/** The values of settings that a config leaves out, except for seed and dropout, which files do not contain. */
const DEFAULTS = {
  layers: 1,
  direction: "forward",
  bias: true,
  gateActivation: "sigmoid",
  candidateActivation: "tanh",
  outputs: "all",
} as const;

/** @internal */
export type ResolvedConfig = GruConfig & Required<Pick<GruConfig, keyof typeof DEFAULTS>>;

/** @internal */
export function resolve(config: GruConfig): ResolvedConfig {
  return { ...DEFAULTS, ...config };
}

/**
 * A config without the settings that have their default value.
 * @internal
 */
export function withoutDefaults(config: GruConfig): GruConfig {
  const own = Object.entries(config).filter(
    ([key, value]) => value !== undefined && (DEFAULTS as Record<string, unknown>)[key] !== value,
  );
  return Object.fromEntries(own) as unknown as GruConfig;
}

/**
 * One direction of one layer.
 * @internal
 */
export interface CellPlace {
  /** From 0. */
  readonly layer: number;
  /** Whether it is the backward direction of a bidirectional layer. */
  readonly second: boolean;
  /** Number of input features: I in the first layer, H × directions above. */
  readonly inputs: number;
  /** The suffix of its tensor names in `keras` and, for a first direction, in `onnx`: empty for the first cell. */
  readonly suffix: string;
}

/** @internal */
export const directionsOf = ({ direction }: GruConfig): 1 | 2 => (direction === "bidirectional" ? 2 : 1);

/**
 * The cells of a network by layer, forward before backward.
 * @internal
 */
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

/**
 * The value that all layers and directions have in common; throws if they differ.
 * @internal
 */
export function commonValue<T extends string | number | boolean>(
  where: string,
  what: string,
  values: readonly T[],
): T {
  const other = values.find((value) => value !== values[0]);
  if (other !== undefined) unsupported(where, `the same ${what} in every layer and direction (${values[0]})`, other);
  return values[0]!;
}

const LIBRARY_NAMES: Readonly<Record<Library, string>> = {
  notebook: "the notebook",
  pytorch: "PyTorch",
  keras: "Keras",
  tfjs: "TensorFlow.js",
  onnx: "ONNX",
};

/**
 * Throws a RangeError for a network that a library cannot compute.
 * @internal
 */
export function expectComputable(library: Library, config: GruConfig): void {
  const { kind, reason } = conversion(library, library, config);
  if (kind === "impossible") throw new RangeError(`a network for ${LIBRARY_NAMES[library]}: impossible, ${reason}`);
}
