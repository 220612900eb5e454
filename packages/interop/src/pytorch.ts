import { readSafetensors, type StateDict, type StoredTensor, type Tensor, writeSafetensors } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY, type Example, encodeExample } from "./example.js";
import type { Imported } from "./imported.js";
import { configOf, type Network } from "./network.js";
import { refuse, refuseImpossible } from "./refuse.js";

export interface ReadPyTorchOptions {
  /** What stands before `weight_ih_l0`, as "encoder.gru."; found by itself where the file has one GRU. */
  readonly gru?: string;
  /** What stands before the head's `weight`, as "fc."; false for a GRU without head. Found by itself where one layer fits. */
  readonly head?: string | false;
}

export interface WritePyTorchOptions {
  /** "gru." by default. */
  readonly gru?: string;
  /** "head." by default. */
  readonly head?: string;
  /** Kept in the file, so that reading can check itself. */
  readonly example?: Example;
}

const WHERE = "PyTorch state dict";
const GRU_TENSOR = /^(.*?)((?:weight|bias)_(?:ih|hh))(?:_l(\d+)(_reverse)?)?$/;

/**
 * Reads the state dict of an `nn.GRU` (or `nn.GRUCell`) and its `nn.Linear` from a safetensors file: layers, directions and
 * biases from names, sizes from shapes. Whether the module was `batch_first`, or read only the last step, no state dict says.
 * @throws RangeError for a file with another dtype than f32 or f64, no GRU or several, or tensors that belong to neither.
 */
export function readPyTorch(bytes: Uint8Array, options: ReadPyTorchOptions = {}): Imported {
  const { tensors: stored, metadata } = readSafetensors(bytes);
  const warnings: string[] = [];
  const prefix = options.gru ?? onePrefix(Object.keys(stored));
  const tensors: StateDict = {};
  const rest: string[] = [];
  for (const [name, tensor] of Object.entries(stored)) {
    const [, before, kind, layer = "0", reverse = ""] = GRU_TENSOR.exec(name) ?? [];
    if (before === prefix) tensors[`gru.${kind}_l${layer}${reverse}`] = single(name, tensor, warnings);
    else rest.push(name);
  }

  const { layers, directions, bias, inputSize, hiddenSize } = measure(tensors, prefix);
  const head = options.head === false ? undefined : (options.head ?? oneHead(rest, stored, directions * hiddenSize));
  let outputSize = 0;
  if (head !== undefined) {
    const weight = stored[`${head}weight`];
    if (weight?.shape.length !== 2)
      refuse(WHERE, `a weight (O, ${directions * hiddenSize}) at ${head}weight`, "none");
    outputSize = weight.shape[0]!;
    tensors["head.weight"] = single(`${head}weight`, weight, warnings);
    const given = stored[`${head}bias`];
    tensors["head.bias"] = given
      ? single(`${head}bias`, given, warnings)
      : { data: new Float32Array(outputSize), shape: [outputSize] };
  }

  const unused = rest.filter((name) => head === undefined || ![`${head}weight`, `${head}bias`].includes(name));
  const named = options.gru !== undefined || options.head !== undefined;
  if (unused.length > 0 && !named)
    refuse(WHERE, "a GRU and one linear head; name them with { gru, head } to leave the rest", unused.join(", "));
  if (unused.length > 0) warnings.push(`not read: ${unused.join(", ")}`);

  const example = metadata[EXAMPLE_KEY];
  return {
    config: configOf({
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
 * The safetensors file of a state dict that `module.load_state_dict` takes.
 * @throws RangeError for a network that `nn.GRU` cannot compute.
 */
export function writePyTorch(network: Network, options: WritePyTorchOptions = {}): Uint8Array {
  const { gru = "gru.", head = "head.", example } = options;
  refuseImpossible("pytorch", network.config);
  const tensors = Object.entries(network.stateDict("pytorch")).map(
    ([name, tensor]) => [name.replace(/^gru\./, () => gru).replace(/^head\./, () => head), tensor] as const,
  );
  const metadata = { format: "pt", ...(example && { [EXAMPLE_KEY]: encodeExample(example) }) };
  return writeSafetensors({ tensors: Object.fromEntries(tensors), metadata });
}

/** The one prefix under which a GRU's tensors stand. */
function onePrefix(names: readonly string[]): string {
  const prefixes = new Set(names.flatMap((name) => GRU_TENSOR.exec(name)?.[1] ?? []));
  if (prefixes.size === 0) refuse(WHERE, "tensors named …weight_ih_l0, …", names.join(", ") || "none");
  if (prefixes.size > 1) refuse(WHERE, "one GRU; choose with { gru }", [...prefixes].map((p) => `"${p}"`).join(", "));
  return [...prefixes][0]!;
}

/** The prefix of the one linear layer that reads the GRU's states; nothing where there is none. */
function oneHead(names: readonly string[], stored: Readonly<Record<string, StoredTensor>>, features: number) {
  const fits = names.filter((name) => {
    const { shape } = stored[name]!;
    return /(^|\.)weight$/.test(name) && shape.length === 2 && shape[1] === features;
  });
  if (fits.length > 1) refuse(WHERE, "one linear head; choose with { head }", fits.join(", "));
  return fits[0]?.replace(/weight$/, "");
}

/** Sizes of a GRU from its tensors, each of which must be there in its shape. */
function measure(tensors: StateDict, prefix: string) {
  const first = tensors["gru.weight_ih_l0"];
  const recurrent = tensors["gru.weight_hh_l0"];
  if (!first || !recurrent)
    refuse(WHERE, `${prefix}weight_ih_l0 and ${prefix}weight_hh_l0`, Object.keys(tensors).join(", "));
  const [rows = 0, hiddenSize = 0] = recurrent.shape;
  if (recurrent.shape.length !== 2 || hiddenSize === 0 || rows !== 3 * hiddenSize) {
    const hint = rows === 4 * hiddenSize ? " (an LSTM's)" : rows === hiddenSize ? " (a plain RNN's)" : "";
    refuse(`${prefix}weight_hh_l0`, "shape (3H, H)", `[${recurrent.shape.join(", ")}]${hint}`);
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
  for (const name of names) if (!expected.has(name)) refuse(WHERE, [...expected.keys()].join(", "), name);
  for (const [name, shape] of expected) {
    const got = tensors[name]?.shape;
    if (String(got) !== String(shape))
      refuse(name, `shape [${shape.join(", ")}]`, got ? `[${got.join(", ")}]` : "none");
  }
  return { layers, directions, bias, inputSize, hiddenSize };
}

/** A tensor in single precision. */
function single(name: string, { data, shape }: StoredTensor, warnings: string[]): Tensor {
  if (data instanceof Float32Array) return { data, shape };
  warnings.push(`${name}: rounded from f64 to f32`);
  return { data: Float32Array.from(data), shape };
}
