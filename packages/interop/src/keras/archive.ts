import { parseJson } from "../json.js";
import { unreadable } from "../model-file-error.js";
import { readHdf5 } from "./hdf5.js";
import { type Assembled, assembleInOrder, type DenseLayer, type GruLayer } from "./layers.js";
import { readTopology } from "./topology.js";
import { cellsIn, denseIn, layerArrays } from "./weights.js";

/** Reads a `.keras` archive: config.json, and model.weights.h5 with groups named by class and count. */
export function readArchive(files: Readonly<Record<string, Uint8Array>>): Assembled {
  const [config, weights] = [files["config.json"], files["model.weights.h5"]];
  if (!config || !weights)
    unreadable(".keras archive", "config.json and model.weights.h5", Object.keys(files).join(", "));
  const layers = readTopology("config.json", parseJson("config.json", config), "hard_sigmoid");
  const arrays = layerArrays(readHdf5(weights));
  const counts = new Map<string, number>();
  const found: (GruLayer | DenseLayer)[] = [];
  for (const { kind, className, name, settings, bidirectional } of layers) {
    // Keras 3 names groups in snake case: GRU is gru, TimeDistributed is time_distributed
    const snake = className === "GRU" ? "gru" : className.replace(/(?<=.)[A-Z]/g, "_$&").toLowerCase();
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    if (kind === "identity") continue;
    const group = count === 0 ? snake : `${snake}_${count}`;
    const own =
      arrays.get(group) ??
      unreadable("model.weights.h5", `layers/${group} for ${name}`, [...arrays.keys()].join(", "));
    if (kind === "dense") {
      found.push(denseIn(group, own));
      continue;
    }
    const cells =
      cellsIn(group, own) ?? unreadable(`layers/${group}`, "the arrays of a GRU", [...own.keys()].join(", "));
    const directions = bidirectional ? 2 : 1;
    if (cells.length !== directions) unreadable(`layers/${group}`, `${directions} directions`, cells.length);
    found.push({ name, settings, cells });
  }
  return assembleInOrder("Keras", found);
}
