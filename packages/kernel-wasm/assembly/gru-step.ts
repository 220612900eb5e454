/**
 * One step of a GRU layer and its head for a single row, with lanes over units, for streaming.
 *
 * packed holds weights (K, 3 Hp): columns r and z, then n, each packed by packRow; headPacked the head (1 + H, Op). Every sum has the
 * order of gruForward and headForward, so a stream gives the bits of a batch. vector (2, K + 4): [x, ones, h], and [x, ones, r⊙h].
 * gates (4 Hp). y (Op).
 */
import { activateCandidate, activateGates, blend, resetAfter, resetBefore } from "./gates";
import { biasRows, MEMORYLESS, padded, RESET_AFTER, RESET_BEFORE } from "./gru";
import { matmulRow, packRow } from "./matmul";

/** Packs weights (K, 3 Hp) and head (1 + H, Op) for gruStep, after each change of the weights. */
export function packSteps(packed: usize, headPacked: usize, weights: usize, head: usize, K: i32, H: i32, O: i32): void {
  const Hp = padded(H);
  const rowBytes = <usize>(3 * Hp) << 2;
  packRow(packed, weights, rowBytes, K, 2 * Hp);
  packRow(packed + <usize>K * (<usize>Hp << 3), weights + (<usize>Hp << 3), rowBytes, K, Hp);
  packRow(headPacked, head, <usize>padded(O) << 2, 1 + H, padded(O));
}

/** Reads x and h from `vector` and writes the new h to it; if O > 0, writes the head's output to y. */
export function gruStep(
  y: usize, vector: usize, gates: usize, packed: usize, headPacked: usize,
  I: i32, H: i32, O: i32, cell: i32, gate: i32, candidate: i32,
): void {
  const Hp = padded(H);
  const ahead = I + biasRows(cell);
  const state = <usize>Hp << 2;
  const K = ahead + H;
  const second = vector + (<usize>(ahead + Hp) << 2);
  const h = vector + (<usize>ahead << 2);
  const r = gates, z = r + state, n = z + state, q = n + state;
  const packedN = packed + <usize>K * (state << 1);

  if (cell == MEMORYLESS) {
    matmulRow(r, packed, K, 0, vector, ahead, 2 * Hp); // r has no effect
    matmulRow(n, packedN, K, 0, vector, ahead, Hp);
  } else {
    matmulRow(r, packed, K, 0, vector, K, 2 * Hp);
  }
  activateGates(r, 2 * Hp, gate);
  if (cell == RESET_BEFORE) {
    memory.copy(second, vector, <usize>ahead << 2);
    resetBefore(second + (<usize>ahead << 2), r, h, state);
    matmulRow(n, packedN, K, 0, second, K, Hp);
  } else if (cell == RESET_AFTER) {
    matmulRow(n, packedN, K, 0, vector, I + 1, Hp);
    matmulRow(q, packedN, K, I + 1, vector + (<usize>(I + 1) << 2), 1 + H, Hp);
    resetAfter(n, r, q, state);
  }
  activateCandidate(n, Hp, candidate);
  blend(h, z, n, cell == MEMORYLESS ? 0 : h, state);
  if (O > 0) matmulRow(y, headPacked, 1 + H, 0, h - 4, 1 + H, padded(O)); // the element before h is 1
}

/**
 * Runs T steps on inputs x (T, I); overwrites outputs y (T, O) and states hidden (T, H).
 * output (Op) is scratch; hidden is 0 if the states are not needed.
 */
export function gruSteps(
  y: usize, hidden: usize, output: usize, vector: usize, gates: usize, x: usize, packed: usize, headPacked: usize,
  I: i32, H: i32, O: i32, cell: i32, gate: i32, candidate: i32, T: i32,
): void {
  const h = vector + (<usize>(I + biasRows(cell)) << 2);
  for (let t = 0; t < T; t++) {
    memory.copy(vector, x, <usize>I << 2);
    gruStep(output, vector, gates, packed, headPacked, I, H, O, cell, gate, candidate);
    memory.copy(y, output, <usize>O << 2);
    x += <usize>I << 2;
    y += <usize>O << 2;
    if (hidden != 0) {
      memory.copy(hidden, h, <usize>H << 2);
      hidden += <usize>H << 2;
    }
  }
}
