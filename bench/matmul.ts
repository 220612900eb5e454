import { type Block, Kernel, matmul, matmulGradient, PANEL, packWeights, SEGMENT } from "@sluice/kernel-wasm";
import { noise } from "./noise.js";
import { percent, printTable } from "./table.js";
import { candidate, timeInTurns } from "./timing.js";

const SIZES = [8, 16, 33, 64, 128, 256];
const BATCHES = [1, 32, 180];
const T = 19;
/** Panels of a shard, as in training: 32 rows of the batch. */
const SHARD = 4;

/** The matrix products of a training step with H units and a batch of B, as shares of the ceiling. */
export interface MatmulShares {
  readonly H: number;
  readonly B: number;
  /** The three gates from the state: (B,H)·(H,3H). */
  readonly forward: number;
  /** The state's gradient from the gates': (B,3H)·(3H,H). */
  readonly backward: number;
  /** The weights' gradient over T steps: (H,T·B)·(T·B,3H). */
  readonly gradient: number;
}

/**
 * The state and the gates are in the kernel's panels of 8 rows already, so `matmul` is timed without packing; `matmulGradient` packs both
 * operands in its time. It covers the batch as training does: one shard after another in the same memory, a segment of steps at a time.
 * Rows that only fill the last panel do not count as useful operations.
 */
export async function matmulShares(ceiling: number): Promise<MatmulShares[]> {
  const shares: MatmulShares[] = [];
  for (const H of SIZES) for (const B of BATCHES) shares.push(await sharesAt(H, B, ceiling));
  printTable("matrix products, as shares of the ceiling", [
    ["", "B", "forward", "backward", "gradient"],
    ...shares.map((s) => [`H = ${s.H}`, String(s.B), percent(s.forward), percent(s.backward), percent(s.gradient)]),
  ]);
  return shares;
}

async function sharesAt(H: number, B: number, ceiling: number): Promise<MatmulShares> {
  const kernel = await Kernel.create();
  const N = Math.ceil((3 * H) / 4) * 4;
  const M = Math.ceil(H / 4) * 4;
  const panels = Math.ceil(B / PANEL);
  const shards = Array.from({ length: Math.ceil(panels / SHARD) }, (_, i) => Math.min(SHARD, panels - i * SHARD));
  const b = kernel.arena.allocate({
    weights: H * N,
    packed: H * N,
    transposed: N * M,
    state: panels * H * PANEL,
    gates: panels * N * PANEL,
    dState: panels * M * PANEL,
    gradient: H * N,
    scratch: SEGMENT * SHARD * (16 * Math.ceil(H / 2) + 32),
    states: T * SHARD * H * PANEL,
    dGates: T * SHARD * N * PANEL,
  });
  const segments = shards.flatMap((count) =>
    Array.from({ length: Math.ceil(T / SEGMENT) }, (_, i) => ({
      first: i * SEGMENT * count,
      panels: Math.min(SEGMENT, T - i * SEGMENT) * count,
    })),
  );
  const startingAt = ({ offset, length }: Block, start: number): Block => ({
    offset: offset + start * 4,
    length: length - start,
  });
  for (const block of [b.weights, b.transposed, b.state, b.states, b.dGates])
    kernel.floats(block).set(noise(block.length, H));
  packWeights(kernel, b.packed, b.weights, { K: H, N });

  const times = await timeInTurns(
    [
      candidate("forward", () => matmul(kernel, { out: b.gates, packed: b.packed, a: b.state }, { K: H, N, panels })),
      candidate("backward", () =>
        matmul(kernel, { out: b.dState, packed: b.transposed, a: b.gates }, { K: N, N: M, panels }),
      ),
      candidate("gradient", () => {
        for (const { first, panels } of segments) {
          const [a, d] = [startingAt(b.states, first * H * PANEL), startingAt(b.dGates, first * N * PANEL)];
          matmulGradient(kernel, { gradient: b.gradient, scratch: b.scratch, a, d }, { K: H, N, panels });
        }
      }),
    ],
    { round: 25 },
  );
  const useful = 2 * B * H * 3 * H;
  const share = (name: string, operations: number) => operations / times[name]!.median / 1e6 / ceiling;
  return {
    H,
    B,
    forward: share("forward", useful),
    backward: share("backward", useful),
    gradient: share("gradient", useful * T),
  };
}
