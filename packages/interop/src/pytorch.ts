import { expectKeys } from "@sluice/kernel-wasm/checks";
import { readSafetensors, type StateDict, type StoredTensor, type Tensor, writeSafetensors } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY, type Example, encodeExample } from "./example.js";
import { expectBytes } from "./expect-bytes.js";
import { namingForeignFormat } from "./foreign-format.js";
import type { Imported } from "./imported.js";
import { ModelFileError, unreadable, unsupported } from "./model-file-error.js";
import { expectComputable, type Network, withoutDefaults } from "./network.js";

export interface ReadPyTorchOptions {
  /** The prefix of the GRU's tensors, such as "encoder.gru."; needed only if the file contains several. */
  readonly gru?: string;
  /** The prefix of the head's tensors, such as "fc."; needed only if several layers fit. `false` reads no head. */
  readonly head?: string | false;
}

export interface WritePyTorchOptions {
  /** The prefix of the GRU's tensors; "gru." by default. */
  readonly gru?: string;
  /** The prefix of the head's tensors; "head." by default. */
  readonly head?: string;
  /** Stored in the file and checked by `toGru`. */
  readonly example?: Example;
}

const STATE_DICT = "PyTorch state dict";
const GRU_TENSOR = /^(.*?)((?:weight|bias)_(?:ih|hh))(?:_l(\d+)(_reverse)?)?$/;

/**
 * Reads the state dict of an `nn.GRU` (or `nn.GRUCell`) and its `nn.Linear` from a safetensors file. Names give layers,
 * directions and biases, shapes give sizes. A state dict does not say whether the module is `batch_first` or uses only
 * the last step.
 * @throws ModelFileError for other dtypes than f32 and f64, no GRU or several, or tensors that belong to neither GRU nor head.
 */
export function readPyTorch(bytes: Uint8Array, options: ReadPyTorchOptions = {}): Imported {
  expectBytes("readPyTorch", bytes);
  expectKeys("readPyTorch", options, ["gru", "head"]);
  const { tensors: stored, metadata } = namingForeignFormat("readPyTorch", "a safetensors file", bytes, () =>
    parse(bytes),
  );
  const warnings: string[] = [];
  const prefix = options.gru ?? gruPrefix(Object.keys(stored));
  const tensors: StateDict = {};
  const rest: string[] = [];
  for (const [name, tensor] of Object.entries(stored)) {
    const [, before, kind, layer = "0", reverse = ""] = GRU_TENSOR.exec(name) ?? [];
    if (before === prefix) tensors[`gru.${kind}_l${layer}${reverse}`] = toSingle(name, tensor, warnings);
    else rest.push(name);
  }

  const { layers, directions, bias, inputSize, hiddenSize } = measure(tensors, prefix);
  const head =
    options.head === false ? undefined : (options.head ?? headPrefix(rest, stored, directions * hiddenSize));
  let outputSize = 0;
  if (head !== undefined) {
    const weight = stored[`${head}weight`];
    if (weight?.shape.length !== 2)
      unsupported(STATE_DICT, `a weight (O, ${directions * hiddenSize}) named ${head}weight`, "none");
    outputSize = weight.shape[0]!;
    tensors["head.weight"] = toSingle(`${head}weight`, weight, warnings);
    const given = stored[`${head}bias`];
    tensors["head.bias"] = given
      ? toSingle(`${head}bias`, given, warnings)
      : { data: new Float32Array(outputSize), shape: [outputSize] };
  }

  const unused = rest.filter((name) => head === undefined || ![`${head}weight`, `${head}bias`].includes(name));
  const named = options.gru !== undefined || options.head !== undefined;
  if (unused.length > 0 && !named)
    unsupported(STATE_DICT, "only a GRU and a linear head; select them with { gru, head }", unused.join(", "));
  if (unused.length > 0) warnings.push(`not read: ${unused.join(", ")}`);

  const example = metadata[EXAMPLE_KEY];
  return {
    config: withoutDefaults({
      inputSize,
      hiddenSize,
      outputSize,
      cell: "reset-after",
      layers,
      direction: directions === 2 ? "bidirectional" : "forward",
      bias,
    }),
    tensors,
    convention: "pytorch",
    warnings,
    ...(example !== undefined && { example: decodeExample(example) }),
  };
}

/**
 * Writes a state dict for `module.load_state_dict` as a safetensors file.
 * @throws RangeError for a network that `nn.GRU` cannot compute.
 */
export function writePyTorch(network: Network, options: WritePyTorchOptions = {}): Uint8Array {
  expectKeys("writePyTorch", options, ["gru", "head", "example"]);
  const { gru = "gru.", head = "head.", example } = options;
  expectComputable("pytorch", network.config);
  const tensors = Object.entries(network.stateDict("pytorch")).map(
    ([name, tensor]) => [name.replace(/^gru\./, () => gru).replace(/^head\./, () => head), tensor] as const,
  );
  const metadata = { format: "pt", ...(example && { [EXAMPLE_KEY]: encodeExample(example) }) };
  return writeSafetensors({ tensors: Object.fromEntries(tensors), metadata });
}

function parse(bytes: Uint8Array): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof TypeError) throw cause;
    throw new ModelFileError("unreadable", cause.message, { cause });
  }
}

/** The prefix of the GRU's tensors, if there is only one GRU. */
function gruPrefix(names: readonly string[]): string {
  const prefixes = new Set(names.flatMap((name) => GRU_TENSOR.exec(name)?.[1] ?? []));
  if (prefixes.size === 0) unsupported(STATE_DICT, "tensors named …weight_ih_l0, …", names.join(", ") || "none");
  if (prefixes.size > 1)
    unsupported(STATE_DICT, "one GRU; select it with { gru }", [...prefixes].map((p) => `"${p}"`).join(", "));
  return [...prefixes][0]!;
}

/** The prefix of the linear layer whose inputs are the GRU's states; undefined if there is none. */
function headPrefix(names: readonly string[], stored: Readonly<Record<string, StoredTensor>>, features: number) {
  const fits = names.filter((name) => {
    const { shape } = stored[name]!;
    return /(^|\.)weight$/.test(name) && shape.length === 2 && shape[1] === features;
  });
  if (fits.length > 1) unsupported(STATE_DICT, "one linear head; select it with { head }", fits.join(", "));
  return fits[0]?.replace(/weight$/, "");
}

/** Sizes of a GRU from its tensors; throws for a missing tensor or one of the wrong shape. */
function measure(tensors: StateDict, prefix: string) {
  const first = tensors["gru.weight_ih_l0"];
  const recurrent = tensors["gru.weight_hh_l0"];
  if (!first || !recurrent)
    unreadable(STATE_DICT, `${prefix}weight_ih_l0 and ${prefix}weight_hh_l0`, Object.keys(tensors).join(", "));
  const [rows = 0, hiddenSize = 0] = recurrent.shape;
  if (recurrent.shape.length !== 2 || hiddenSize === 0 || rows !== 3 * hiddenSize) {
    const hint = rows === 4 * hiddenSize ? " (an LSTM)" : rows === hiddenSize ? " (a plain RNN)" : "";
    unsupported(`${prefix}weight_hh_l0`, "shape (3H, H)", `[${recurrent.shape.join(", ")}]${hint}`);
  }
  const inputSize = first.shape[1] ?? 0;
  const names = Object.keys(tensors);
  const directions = names.some((name) => name.endsWith("_reverse")) ? 2 : 1;
  const bias = names.some((name) => name.startsWith("gru.bias"));
  const layers = names.filter((name) => /weight_hh_l\d+$/.test(name)).length;

  const expected = new Map<string, readonly number[]>();
  for (let layer = 0; layer < layers; layer++) {
    for (const reverse of directions === 2 ? ["", "_reverse"] : [""]) {
      const suffix = `_l${layer}${reverse}`;
      expected.set(`gru.weight_ih${suffix}`, [3 * hiddenSize, layer === 0 ? inputSize : directions * hiddenSize]);
      expected.set(`gru.weight_hh${suffix}`, [3 * hiddenSize, hiddenSize]);
      for (const kind of bias ? ["ih", "hh"] : []) expected.set(`gru.bias_${kind}${suffix}`, [3 * hiddenSize]);
    }
  }
  for (const name of names) if (!expected.has(name)) unsupported(STATE_DICT, [...expected.keys()].join(", "), name);
  for (const [name, shape] of expected) {
    const got = tensors[name]?.shape;
    if (String(got) !== String(shape))
      unreadable(name, `shape [${shape.join(", ")}]`, got ? `[${got.join(", ")}]` : "none");
  }
  return { layers, directions, bias, inputSize, hiddenSize };
}

/** The tensor in single precision. */
function toSingle(name: string, { data, shape }: StoredTensor, warnings: string[]): Tensor {
  if (data instanceof Float32Array) return { data, shape };
  warnings.push(`${name}: rounded from f64 to f32`);
  return { data: Float32Array.from(data), shape };
}
