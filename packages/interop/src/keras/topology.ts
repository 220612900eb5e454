import { booleanField, expectArray, expectObject, expectText, type JsonObject } from "../json.js";
import { unsupported } from "../model-file-error.js";
import type { GruSettings } from "./layers.js";
import { candidateOf, gateOf } from "./options.js";

/** A layer in a model's JSON. A layer of kind "identity" has no effect at inference. */
export type LayerConfig = { readonly className: string; readonly name: string } & (
  | { readonly kind: "gru"; readonly settings: GruSettings; readonly bidirectional: boolean }
  | { readonly kind: "dense"; readonly settings?: undefined; readonly bidirectional?: undefined }
  | { readonly kind: "identity"; readonly settings?: undefined; readonly bidirectional?: undefined }
);

const IDENTITIES = ["InputLayer", "Dropout"];

/** What `hard_sigmoid` means: Keras 3's or Keras 2's. */
type HardSigmoid = "hard_sigmoid" | "hard_sigmoid_keras_2";

/**
 * Reads the layers of a Keras or TensorFlow.js model's JSON, in order.
 * @param hardSigmoid what the name hard_sigmoid means in it
 * @throws ModelFileError for JSON of another structure, and for layers that are not a chain of GRU layers and a linear head.
 */
export function readTopology(where: string, topology: unknown, hardSigmoid: HardSigmoid): readonly LayerConfig[] {
  const outer = expectObject(where, topology);
  const { class_name: className, config } = expectObject(where, outer["model_config"] ?? outer);
  if (className !== "Sequential" && className !== "Functional" && className !== "Model")
    unsupported(where, "a Sequential or Functional model", className);
  const list = Array.isArray(config) ? config : expectObject(`${where}: config`, config)["layers"];
  const layers = expectArray(`${where}: layers`, list).map((layer) => expectObject(`${where}: layer`, layer));
  return layers.map((layer, i) => {
    expectChained(where, layer, layers[i - 1]);
    return readLayer(where, layer, hardSigmoid);
  });
}

const configOf = (where: string, layer: JsonObject) => expectObject(`${where}: config`, layer["config"]);

function nameOf(where: string, layer: JsonObject): string {
  return expectText(`${where}: name`, layer["name"] ?? configOf(where, layer)["name"]);
}

/** Throws for a layer of a functional model that has other inputs than the output of the previous layer. */
function expectChained(where: string, layer: JsonObject, previous: JsonObject | undefined): void {
  const nodes = expectArray(`${where}: inbound_nodes`, layer["inbound_nodes"] ?? []);
  if (nodes.length === 0) return;
  const inputs = nodes.flatMap(inputNames);
  const expected = previous ? nameOf(where, previous) : "no layer";
  if (inputs.length !== 1 || inputs[0] !== expected)
    unsupported(
      `${where}: ${nameOf(where, layer)}`,
      `the output of ${expected} as its only input`,
      inputs.join(", ") || "another",
    );
}

/**
 * The names of a node's input layers: `[["name", 0, 0, {}]]` in Keras 2 and TensorFlow.js,
 * `{ args: [{ config: { keras_history: ["name", 0, 0] } }] }` in Keras 3. A node of another form has inputs without a name.
 */
function inputNames(node: unknown): readonly unknown[] {
  if (Array.isArray(node)) return node.map((input: unknown) => (Array.isArray(input) ? input[0] : undefined));
  const args = fieldOf(node, "args");
  if (!Array.isArray(args)) return [undefined];
  return args.map((input: unknown) => {
    const history = fieldOf(fieldOf(input, "config"), "keras_history");
    return Array.isArray(history) ? history[0] : undefined;
  });
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as JsonObject)[key] : undefined;

function readLayer(where: string, layer: JsonObject, hardSigmoid: HardSigmoid): LayerConfig {
  const className = expectText(`${where}: class_name`, layer["class_name"]);
  const config = configOf(where, layer);
  const name = expectText(`${where}: name`, config["name"] ?? layer["name"] ?? className);
  const at = `${where}: ${name}`;
  if (IDENTITIES.includes(className)) return { kind: "identity", className, name };
  if (className === "GRU")
    return { kind: "gru", className, name, settings: readSettings(at, config, hardSigmoid), bidirectional: false };
  if (className === "Bidirectional") {
    const mode = config["merge_mode"] ?? "concat";
    if (mode !== "concat") unsupported(at, "merge_mode concat", mode);
    const settingsOf = (value: unknown) => {
      const direction = expectObject(`${at}: layer`, value);
      if (direction["class_name"] !== "GRU") unsupported(at, "a GRU in both directions", direction["class_name"]);
      return readSettings(at, configOf(at, direction), hardSigmoid);
    };
    const forward = settingsOf(config["layer"]);
    const backward = settingsOf(config["backward_layer"] ?? config["layer"]);
    if (forward.goBackwards) unsupported(at, "a forward layer without go_backwards", true);
    if (JSON.stringify({ ...backward, goBackwards: false }) !== JSON.stringify(forward))
      unsupported(at, "the same settings in both directions", { forward, backward });
    return { kind: "gru", className, name, settings: forward, bidirectional: true };
  }
  if (className === "Dense" || className === "TimeDistributed") {
    const inner = className === "Dense" ? layer : expectObject(`${at}: layer`, config["layer"]);
    if (inner["class_name"] !== "Dense") unsupported(at, "a Dense layer inside", inner["class_name"]);
    const activation = configOf(at, inner)["activation"] ?? "linear";
    if (activation !== "linear") unsupported(at, "a linear head", activation);
    return { kind: "dense", className, name };
  }
  return unsupported(
    where,
    `layers among GRU, Bidirectional, Dense, TimeDistributed, ${IDENTITIES.join(", ")}`,
    `${className} ${name}`,
  );
}

function readSettings(where: string, config: JsonObject, hardSigmoid: HardSigmoid): GruSettings {
  const gate = config["recurrent_activation"] ?? "sigmoid";
  const isHardSigmoid = gate === "hard_sigmoid" || gate === "hardSigmoid";
  return {
    resetAfter: booleanField(where, config, "reset_after"),
    gate: gateOf(where, isHardSigmoid ? hardSigmoid : gate),
    candidate: candidateOf(where, config["activation"] ?? "tanh"),
    returnSequences: booleanField(where, config, "return_sequences") ?? false,
    goBackwards: booleanField(where, config, "go_backwards") ?? false,
  };
}
