import { sgd } from "@sluice/model";
import { batch, LEARNING_RATE, network, type Size } from "./epoch.js";
import { ms, printTable, times } from "./table.js";
import { type Candidate, timeInTurns } from "./timing.js";

/** A batch large enough for two threads, and the notebook's, which is too small. */
const SIZES = [
  { T: 19, B: 1024, H: 64 },
  { T: 19, B: 180, H: 16 },
];

/** Milliseconds of an epoch with `threads: 1` and with `threads: 2`. */
export interface ThreadScaling extends Size {
  readonly one: number;
  readonly two: number;
  /** Threads that trained where two were allowed. */
  readonly threads: number;
  readonly ratio: number;
}

/** A training epoch on one thread and on two, without the start of the workers. */
export async function threads(): Promise<ThreadScaling[]> {
  const rows: ThreadScaling[] = [];
  for (const size of SIZES) {
    const used: number[] = [];
    const candidate = async (name: string, count: number): Promise<Candidate> => {
      const data = batch(size);
      const gru = await network(size.H, "reset-before");
      const measure = async (epochs: number) => {
        let first = 0;
        const onEpoch = ({ epoch }: { epoch: number }) => {
          if (epoch === 0) first = performance.now();
        };
        const optimizer = sgd({ learningRate: LEARNING_RATE });
        // the epoch that starts the workers is not counted
        const history = await gru.fit(data, { epochs: epochs + 1, threads: count, optimizer, onEpoch });
        used[count] = history.threads;
        return (performance.now() - first) / epochs;
      };
      return { name, measure: (epochs) => measure(Math.max(epochs, 10)) };
    };
    const { one, two } = await timeInTurns([await candidate("one", 1), await candidate("two", 2)]);
    rows.push({ ...size, one: one!.median, two: two!.median, threads: used[2]!, ratio: one!.median / two!.median });
  }
  printTable("a training epoch on one thread and on two: milliseconds", [
    ["", "one", "two", "threads used", "ratio"],
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
