import { refuse } from "../refuse.js";
import { type Assembled, assemble, type DenseLayer, type GruLayer } from "./layers.js";
import { readTopology } from "./topology.js";
import { cellsIn, denseIn, layerArrays } from "./weights.js";

/** A `.keras` archive: config.json and model.weights.h5, whose groups are named by class and count. */
export function readArchive(files: Readonly<Record<string, Uint8Array>>): Assembled {
  const [config, weights] = [files["config.json"], files["model.weights.h5"]];
  if (!config || !weights)
    refuse(".keras archive", "config.json and model.weights.h5", Object.keys(files).join(", "));
  let topology: unknown;
  try {
    topology = JSON.parse(new TextDecoder().decode(config));
  } catch (cause) {
    throw new RangeError("config.json: expected JSON, got text that does not parse", { cause });
  }
  const arrays = layerArrays(weights);
  const counts = new Map<string, number>();
  const grus: GruLayer[] = [];
  const dense: DenseLayer[] = [];
  for (const { kind, className, name, settings, bidirectional } of readTopology(
    "config.json",
    topology,
    "hard_sigmoid",
  )) {
    const snake = { GRU: "gru" }[className] ?? className.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    if (kind === "passing") continue;
    const group = count === 0 ? snake : `${snake}_${count}`;
    const own =
      arrays.get(group) ?? refuse("model.weights.h5", `layers/${group} for ${name}`, [...arrays.keys()].join(", "));
    if (kind === "gru" && dense.length > 0) refuse("config.json", "GRU layers before the Dense layer", name);
    if (kind === "gru") {
      const cells =
        cellsIn(group, own) ?? refuse(`layers/${group}`, "the arrays of a GRU", [...own.keys()].join(", "));
      if (cells.length !== (bidirectional ? 2 : 1))
        refuse(`layers/${group}`, `${bidirectional ? 2 : 1} directions`, cells.length);
      grus.push({ name, settings: settings!, cells });
    } else dense.push(denseIn(group, own));
  }
  if (dense.length > 1) refuse("config.json", "one Dense layer", dense.map(({ name }) => name).join(", "));
  return assemble("Keras", grus, dense[0]);
}
