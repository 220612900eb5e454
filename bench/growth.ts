import { Gru, sgd, tensor } from "@sluice/model";
import { noise } from "./noise.js";
import { ms, printTable } from "./table.js";
import { race } from "./timing.js";

/** What grows, and the sizes it takes; the others stay at T = 19, B = 32, H = 16. */
const AXES = {
  T: [19, 64, 256, 1000, 4000, 10000],
  B: [1, 8, 32, 128, 512, 2048, 4096],
  H: [4, 8, 16, 32, 64, 128, 256, 512],
} as const;
const BASE = { T: 19, B: 32, H: 16 };
/** Sizes from which on the exponent is fitted. */
const FROM = { T: 19, B: 32, H: 64 };

/** How the time of a training epoch grows with each size, and the exponent fitted to it. */
export async function growth(): Promise<object[]> {
  const rows: { axis: string; size: number; ms: number }[] = [];
  const table: string[][] = [["", "sizes", "milliseconds", "exponent"]];
  for (const axis of ["T", "B", "H"] as const) {
    for (const size of AXES[axis]) {
      const { T, B, H } = { ...BASE, [axis]: size } as typeof BASE;
      const gru = await Gru.create({
        inputSize: 1,
        hiddenSize: H,
        outputSize: 1,
        cell: "reset-before",
        seed: 1,
        init: "uniform-scaled",
      });
      const data = { x: tensor(noise(T * B, 1), [T, B, 1]), y: tensor(noise(T * B, 2), [T, B, 1]) };
      const { fit } = await race([
        { name: "fit", run: () => gru.fit(data, { epochs: 1, optimizer: sgd({ learningRate: 0.003 }) }) },
      ]);
      rows.push({ axis, size, ms: fit!.median });
      gru.dispose();
    }
    const own = rows.filter((row) => row.axis === axis);
    const exponent = slope(own.filter(({ size }) => size >= FROM[axis]));
    table.push([
      axis,
      own.map(({ size }) => size).join(" "),
      own.map((row) => ms(row.ms)).join(" "),
      exponent.toFixed(3),
    ]);
  }
  printTable("how the cost of a training epoch grows", table);
  return rows;
}

/** The slope of log time over log size, by least squares. */
function slope(rows: readonly { size: number; ms: number }[]): number {
  const points = rows.map(({ size, ms: time }) => [Math.log(size), Math.log(time)] as const);
  const mean = (i: 0 | 1) => points.reduce((sum, p) => sum + p[i], 0) / points.length;
  const [mx, my] = [mean(0), mean(1)];
  const sum = (f: (p: readonly [number, number]) => number) => points.reduce((total, p) => total + f(p), 0);
  return sum(([x, y]) => (x - mx) * (y - my)) / sum(([x]) => (x - mx) ** 2);
}
