import { refuse } from "../refuse.js";
import type { GruSettings } from "./layers.js";
import { candidateNamed, gateNamed } from "./options.js";

/** A layer of a model's JSON. Those that change nothing at inference are `passing`. */
export interface LayerConfig {
  readonly kind: "gru" | "dense" | "passing";
  readonly className: string;
  readonly name: string;
  readonly settings?: GruSettings;
  readonly bidirectional?: boolean;
}

const PASSING = ["InputLayer", "Dropout"];

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

/**
 * The layers of a Keras or TensorFlow.js model's JSON, in their order.
 * @param hardSigmoid what its hard_sigmoid means: Keras 3's or Keras 2's
 */
export function readTopology(
  where: string,
  topology: unknown,
  hardSigmoid: "hard_sigmoid" | "hard_sigmoid_keras_2",
): readonly LayerConfig[] {
  const model = object(topology);
  const { class_name: className, config } = object(model["model_config"] ?? model);
  if (className !== "Sequential" && className !== "Functional" && className !== "Model")
    refuse(where, "a Sequential or Functional model", className);
  const layers = Array.isArray(config) ? config : object(config)["layers"];
  if (!Array.isArray(layers)) refuse(where, "a list of layers", typeof layers);
  return layers.map((layer: unknown, i) => {
    expectChained(where, object(layer), object(layers[i - 1]));
    return readLayer(where, object(layer), hardSigmoid);
  });
}

const nameOf = (layer: Json) => String(layer["name"] ?? object(layer["config"])["name"]);

/** Refuses a layer of a functional model that takes anything but the output of the one listed before it. */
function expectChained(where: string, layer: Json, before: Json): void {
  const nodes = layer["inbound_nodes"];
  if (!Array.isArray(nodes) || nodes.length === 0) return;
  // Keras 2 and TensorFlow.js: [[["name", 0, 0, {}]]]; Keras 3: [{ args: [{ config: { keras_history: ["name", 0, 0] } }] }]
  const inputs = nodes.flatMap((node: unknown) => {
    if (Array.isArray(node)) return node.map((input: unknown) => (Array.isArray(input) ? input[0] : input));
    const { args } = object(node);
    const list = Array.isArray(args) ? args : [];
    return list.map((input: unknown) => {
      const history = object(object(input)["config"])["keras_history"];
      return Array.isArray(history) ? history[0] : history;
    });
  });
  if (inputs.length !== 1 || inputs[0] !== nameOf(before))
    refuse(
      `${where}: ${nameOf(layer)}`,
      `the output of ${nameOf(before)} as its only input`,
      inputs.join(", ") || "another",
    );
}

function readLayer(where: string, layer: Json, hardSigmoid: string): LayerConfig {
  const className = String(layer["class_name"]);
  const config = object(layer["config"]);
  const name = String(config["name"] ?? layer["name"] ?? className);
  const at = `${where}: ${name}`;
  if (PASSING.includes(className)) return { kind: "passing", className, name };
  if (className === "GRU") return { kind: "gru", className, name, settings: readSettings(at, config, hardSigmoid) };
  if (className === "Bidirectional") {
    const mode = config["merge_mode"] ?? "concat";
    if (mode !== "concat") refuse(at, "merge_mode concat", mode);
    const inner = [config["layer"], config["backward_layer"] ?? config["layer"]].map(object);
    for (const { class_name: kind } of inner) if (kind !== "GRU") refuse(at, "a GRU in both directions", kind);
    const [forward, backward] = inner.map((part) => readSettings(at, object(part["config"]), hardSigmoid));
    if (forward!.goBackwards) refuse(at, "a forward layer without go_backwards", true);
    if (JSON.stringify({ ...backward, goBackwards: false }) !== JSON.stringify(forward))
      refuse(at, "the same settings in both directions", { forward, backward });
    return { kind: "gru", className, name, settings: forward!, bidirectional: true };
  }
  if (className === "Dense" || className === "TimeDistributed") {
    const dense = className === "Dense" ? config : object(object(config["layer"])["config"]);
    const kind = className === "Dense" ? className : object(config["layer"])["class_name"];
    if (kind !== "Dense") refuse(at, "a Dense layer inside", kind);
    const activation = dense["activation"] ?? "linear";
    if (activation !== "linear") refuse(at, "a linear head", activation);
    return { kind: "dense", className, name };
  }
  return refuse(
    where,
    `layers among GRU, Bidirectional, Dense, TimeDistributed, ${PASSING.join(", ")}`,
    `${className} ${name}`,
  );
}

function readSettings(where: string, config: Json, hardSigmoid: string): GruSettings {
  const gate = config["recurrent_activation"] ?? "sigmoid";
  const hard = gate === "hard_sigmoid" || gate === "hardSigmoid";
  const reset = config["reset_after"];
  return {
    resetAfter: reset === undefined ? undefined : reset === true,
    gate: gateNamed(where, hard ? hardSigmoid : gate),
    candidate: candidateNamed(where, config["activation"] ?? "tanh"),
    returnSequences: config["return_sequences"] === true,
    goBackwards: config["go_backwards"] === true,
  };
}
