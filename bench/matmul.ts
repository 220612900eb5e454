import { Kernel, matmul, matmulGradient, PANEL, packWeights } from "@sluice/kernel-wasm";
import { noise } from "./noise.js";
import { percent, printTable } from "./table.js";
import { race } from "./timing.js";

const SIZES = [8, 16, 33, 64, 128, 256];
const BATCHES = [8, 32, 180];
const T = 19;

/** The three gates of H units from H inputs, and the gradient of their weights over T steps, as fractions of the ceiling. */
export async function matmulRates(ceiling: number): Promise<object[]> {
  const rows: { H: number; B: number; forward: number; gradient: number }[] = [];
  for (const H of SIZES) {
    for (const B of BATCHES) {
      const kernel = await Kernel.create();
      const N = Math.ceil((3 * H) / 4) * 4;
      const panels = Math.ceil(B / PANEL);
      const count = T * panels;
      const b = kernel.arena.allocate({
        weights: H * N,
        packed: H * N,
        a: panels * H * PANEL,
        out: panels * N * PANEL,
        inputs: count * H * PANEL,
        d: count * N * PANEL,
        gradient: H * N,
        scratch: count * (16 * Math.ceil(H / 2) + 32),
      });
      for (const name of ["weights", "a", "inputs", "d"] as const)
        kernel.floats(b[name]).set(noise(b[name].length, H));
      packWeights(kernel, b.packed, b.weights, { K: H, N });
      const times = await race([
        { name: "forward", run: () => matmul(kernel, b.out, b.packed, b.a, { K: H, N, panels }) },
        {
          name: "gradient",
          run: () => matmulGradient(kernel, b.gradient, b.scratch, b.inputs, b.d, { K: H, N, panels: count }),
        },
      ]);
      const useful = 2 * H * 3 * H * B; // padding is not counted
      const rate = (name: string, operations: number) => operations / times[name]!.median / 1e6 / ceiling;
      rows.push({ H, B, forward: rate("forward", useful), gradient: rate("gradient", useful * T) });
    }
  }
  printTable("matmul, of the ceiling", [
    ["", "B", "forward", "gradient"],
    ...rows.map(({ H, B, forward, gradient }) => [`H = ${H}`, String(B), percent(forward), percent(gradient)]),
  ]);
  return rows;
}
