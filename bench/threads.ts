import { Gru, sgd, tensor } from "@sluice/model";
import type { Size } from "./epoch.js";
import { noise } from "./noise.js";
import { ms, printTable, times } from "./table.js";
import { type Contender, race } from "./timing.js";

/** A batch that two threads must share well, and the notebook's, which is too small to be shared. */
const SIZES = [
  { T: 19, B: 1024, H: 64 },
  { T: 19, B: 180, H: 16 },
];

/** Milliseconds of an epoch that was given one thread, and two. */
export interface Shared extends Size {
  readonly one: number;
  readonly two: number;
  /** Threads that were at work where two were given. */
  readonly threads: number;
  readonly ratio: number;
}

/** A training epoch on one thread and on two, without the start of the workers. */
export async function threads(): Promise<Shared[]> {
  const rows: Shared[] = [];
  for (const { T, B, H } of SIZES) {
    const used: number[] = [];
    const contender = (name: string, count: number): Contender => {
      const data = { x: tensor(noise(T * B, 1), [T, B, 1]), y: tensor(noise(T * B, 2), [T, B, 1]) };
      const network = Gru.create({
        inputSize: 1,
        hiddenSize: H,
        outputSize: 1,
        cell: "reset-before",
        seed: 1,
        init: "uniform-scaled",
      });
      const measure = async (epochs: number) => {
        let first = 0;
        const onEpoch = ({ epoch }: { epoch: number }) => {
          if (epoch === 0) first = performance.now();
        };
        const optimizer = sgd({ learningRate: 0.003 });
        const history = await (await network).fit(data, { epochs: epochs + 1, threads: count, optimizer, onEpoch });
        used[count] = history.threads;
        return (performance.now() - first) / epochs;
      };
      return { name, measure: (epochs) => measure(Math.max(epochs, 10)) };
    };
    const { one, two } = await race([contender("one", 1), contender("two", 2)]);
    rows.push({ T, B, H, one: one!.median, two: two!.median, threads: used[2]!, ratio: one!.median / two!.median });
  }
  printTable("a training epoch on one thread and on two: milliseconds, threads at work, and the ratio", [
    ["", "one", "two", "at work", "ratio"],
    ...rows.map(({ T, B, H, one, two, threads: count, ratio }) => [
      `T = ${T}, B = ${B}, H = ${H}`,
      ms(one),
      ms(two),
      String(count),
      times(ratio),
    ]),
  ]);
  return rows;
}
