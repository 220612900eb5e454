import { cellsOf, type Network } from "../network.js";
import { refuseImpossible } from "../refuse.js";
import { writeNpz } from "./npz.js";

/**
 * An npz of a network's weights in the order of Keras's `get_weights()`: for a model of the same layers,
 * `w = np.load(path); model.set_weights([w[name] for name in w.files])`.
 * @throws RangeError for a cell that Keras has not.
 */
export function writeKeras(network: Network): Uint8Array {
  refuseImpossible("keras", network.config);
  const dict = network.stateDict("keras");
  const names = cellsOf(network.config).flatMap(({ suffix }) =>
    ["kernel", "recurrent_kernel", "bias"].map((kind) => `gru.${kind}${suffix}`),
  );
  return writeNpz(
    [...names, "head.kernel", "head.bias"].flatMap((name) => (dict[name] ? [[name, dict[name]] as const] : [])),
  );
}
