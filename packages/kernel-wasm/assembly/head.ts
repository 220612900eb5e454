/**
 * The linear head y = [1 h]·V over steps and panels of a shard; its gradients are in gruBackward.
 *
 * V (1 + H, Op): bias, then weights; packed (Op/4, 1 + H, 4). States are rows of ones and h inside the
 * inputs of a layer: those of step t begin at states + t · P · inputBytes.
 */
import { padded } from "./gru";
import { matmulPanel } from "./matmul";

/** y (T, P, Op, 8), overwritten; each output sums the bias, then h ascending. */
export function headForward(
  y: usize, states: usize, inputBytes: usize, packed: usize, H: i32, O: i32, count: i32,
): void {
  const Op = padded(O);
  const blockBytes = <usize>(1 + H) << 4;
  for (let c = 0; c < count; c++, y += <usize>Op << 5, states += inputBytes) {
    matmulPanel(y, packed, blockBytes, states, 1 + H, states, 0, Op, false);
  }
}
