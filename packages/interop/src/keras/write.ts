import { cellsOf, expectComputable, type Network } from "../network.js";
import { writeNpz } from "./npz.js";

/**
 * Writes a network's weights as an npz in the order of Keras's `get_weights()`. To load it into a model of the same layers:
 * `w = np.load(path); model.set_weights([w[name] for name in w.files])`.
 * @throws RangeError for a network that Keras cannot compute.
 */
export function writeKeras(network: Network): Uint8Array {
  expectComputable("keras", network.config);
  const dict = network.stateDict("keras");
  const names = cellsOf(network.config).flatMap(({ suffix }) =>
    ["kernel", "recurrent_kernel", "bias"].map((kind) => `gru.${kind}${suffix}`),
  );
  return writeNpz(
    [...names, "head.kernel", "head.bias"].flatMap((name) => (dict[name] ? [[name, dict[name]] as const] : [])),
  );
}
