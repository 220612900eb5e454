import { type Tensor, tensor } from "@sluice/model";
import { decodeExample, EXAMPLE_KEY } from "../example.js";
import type { Imported } from "../imported.js";
import { assemble, type DenseLayer, type GruLayer, type GruWeights } from "../keras/layers.js";
import { readTopology } from "../keras/topology.js";
import { refuse } from "../refuse.js";

/**
 * Reads a TensorFlow.js layers model: its `model.json` and the weight shards that this names, by their paths.
 * @throws RangeError for a missing shard, weights that are not plain f32, and layers that are no GRU network.
 */
export function readTfjs(files: Readonly<Record<string, Uint8Array>>): Imported {
  const json =
    files["model.json"] ?? refuse("TensorFlow.js", "a file model.json", Object.keys(files).join(", ") || "none");
  const model = parse(json);
  if (model.format === "graph-model" || model.modelTopology === undefined)
    refuse("model.json", "a layers model with its modelTopology", model.format ?? "none");
  const weights = readWeights(model.weightsManifest, files);

  const grus: GruLayer[] = [];
  const dense: DenseLayer[] = [];
  for (const layer of readTopology("model.json", model.modelTopology, "hard_sigmoid_keras_2")) {
    const { kind, name, settings, bidirectional } = layer;
    if (kind === "passing") continue;
    if (kind === "dense") {
      const { kernel, bias } = tensorsOf(weights, name, "");
      dense.push({ name, kernel: kernel ?? refuse(name, `a weight ${name}/kernel`, "none"), bias });
      continue;
    }
    if (dense.length > 0) refuse("model.json", "GRU layers before the Dense layer", name);
    const cells = (bidirectional ? ["forward_", "backward_"] : [""]).map((direction): GruWeights => {
      const { kernel, recurrentKernel, bias } = tensorsOf(weights, name, direction);
      if (!kernel || !recurrentKernel)
        refuse(
          name,
          `weights ${name}/${direction}…/kernel and recurrent_kernel`,
          [...weights.keys()].join(", ") || "none",
        );
      return { kernel, recurrentKernel, bias };
    });
    grus.push({ name, settings: settings!, cells });
  }
  if (dense.length > 1) refuse("model.json", "one Dense layer", dense.map(({ name }) => name).join(", "));
  const example = model.userDefinedMetadata?.[EXAMPLE_KEY];
  return {
    ...assemble("TensorFlow.js", grus, dense[0]),
    ...(typeof example === "string" && { example: decodeExample(example) }),
  };
}

interface ModelJson {
  readonly format?: unknown;
  readonly modelTopology?: unknown;
  readonly weightsManifest?: unknown;
  readonly userDefinedMetadata?: Readonly<Record<string, unknown>>;
}

function parse(bytes: Uint8Array): ModelJson {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw new RangeError("model.json: expected JSON, got text that does not parse", { cause });
  }
  return refuse("model.json", "a JSON object", "another value");
}

/** The weights of a manifest: each group's shards, end to end, hold its weights in their order. */
function readWeights(manifest: unknown, files: Readonly<Record<string, Uint8Array>>): Map<string, Tensor> {
  if (!Array.isArray(manifest)) refuse("model.json", "a weightsManifest", typeof manifest);
  const weights = new Map<string, Tensor>();
  for (const group of manifest as readonly unknown[]) {
    const { paths, weights: specs } = (group ?? {}) as { paths?: unknown; weights?: unknown };
    if (!Array.isArray(paths) || !Array.isArray(specs))
      refuse("weightsManifest", "paths and weights", Object.keys(group ?? {}));
    const bytes = join(new Set(paths.map(String)), files);
    let at = 0;
    for (const spec of specs as readonly unknown[]) {
      const { name, shape, dtype, quantization } = (spec ?? {}) as Record<string, unknown>;
      if (typeof name !== "string" || !Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0))
        refuse("weightsManifest", "weights with a name and a shape", spec);
      if (dtype !== "float32" || quantization !== undefined)
        refuse(
          name,
          "plain float32",
          quantization === undefined ? dtype : `quantized to ${JSON.stringify(quantization)}`,
        );
      const size = (shape as number[]).reduce((product, n) => product * n, 4);
      if (!(at + size <= bytes.length)) refuse(name, `${size} bytes in ${paths.join(", ")}`, bytes.length - at);
      weights.set(name, tensor(new Float32Array(bytes.slice(at, at + size).buffer), shape));
      at += size;
    }
    if (at !== bytes.length) refuse(paths.join(", "), `${at} bytes of weights`, bytes.length);
  }
  return weights;
}

function join(paths: ReadonlySet<string>, files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const shards = [...paths].map((path) => {
    const shard = Object.hasOwn(files, path) ? files[path] : undefined;
    return shard ?? refuse("TensorFlow.js", `the shard ${path}`, Object.keys(files).join(", "));
  });
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let at = 0;
  for (const shard of shards) {
    bytes.set(shard, at);
    at += shard.length;
  }
  return bytes;
}

/** The weights under a layer's name: `gru/kernel`, `gru/gru_cell/kernel`, `bidirectional/forward_gru/kernel`. */
function tensorsOf(weights: ReadonlyMap<string, Tensor>, layer: string, direction: string) {
  const own = [...weights].filter(([name]) => name.startsWith(`${layer}/${direction}`));
  const find = (kind: string) => own.find(([name]) => name.endsWith(`/${kind}`))?.[1];
  return { kernel: find("kernel"), recurrentKernel: find("recurrent_kernel"), bias: find("bias") };
}
