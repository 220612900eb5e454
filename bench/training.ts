import { Gru, sgd, tensor } from "@sluice/model";
import { noise } from "./noise.js";
import type { Torch } from "./peers/torch.js";
import { ms, percent, printTable, times } from "./table.js";
import { type Contender, race } from "./timing.js";

const T = 19;
const B = 180;
const SIZES = [16, 32, 64, 128, 256];

/** One epoch (forward, backward, SGD) of the notebook's task at several sizes, beside PyTorch and TensorFlow.js. */
export async function training(ceiling: number, torch: Torch | undefined): Promise<object[]> {
  const { tfjsTraining } = (await import("./peers/tfjs.mjs" as string)) as {
    tfjsTraining: (backend: string, task: object) => Promise<{ run: () => Promise<unknown> }>;
  };
  const rows: Record<string, number>[] = [];
  for (const H of SIZES) {
    const [x, y] = [noise(T * B, 1), noise(T * B, 2)];
    const gru = await Gru.create({
      inputSize: 1,
      hiddenSize: H,
      outputSize: 1,
      cell: "reset-before",
      seed: 1,
      init: "uniform-scaled",
    });
    const data = { x: tensor(x, [T, B, 1]), y: tensor(y, [T, B, 1]) };
    const fit = (epochs: number) => gru.fit(data, { epochs, optimizer: sgd({ learningRate: 0.003 }) });
    const ours: Contender = {
      name: "ours",
      run: () => fit(1),
      // many epochs in one call, as training goes
      measure: async (count) => {
        const before = performance.now();
        await fit(count);
        return (performance.now() - before) / count;
      },
    };
    const peers: Contender[] = [{ name: "tfjs-wasm", ...(await tfjsTraining("wasm", { T, B, H, x, y })) }];
    if (torch) {
      peers.push(torch.contender("torch-gru", { kind: "gru", T, B, H }));
      peers.push(torch.contender("torch-notebook", { kind: "notebook", T, B, H }));
    }
    if (H === SIZES[0]) peers.push({ name: "tfjs-cpu", ...(await tfjsTraining("cpu", { T, B, H, x, y })) });
    const timed = await race([ours, ...peers]);
    const operations = T * B * (18 * H * H + 12 * H + 6 * H);
    const medians = Object.fromEntries(Object.entries(timed).map(([name, { median }]) => [name, median]));
    rows.push({
      H,
      ...medians,
      best: timed["ours"]!.minimum,
      ceiling: operations / timed["ours"]!.median / 1e6 / ceiling,
    });
  }
  const names = ["torch-gru", "torch-notebook", "tfjs-wasm", "tfjs-cpu"];
  printTable(
    `a training epoch, T = ${T}, B = ${B}: milliseconds, share of the ceiling, and how many times slower others are`,
    [
      ["", "ours", "ceiling", ...names],
      ...rows.map((row) => {
        const slower = names.map((name) => times(row[name] === undefined ? undefined : row[name]! / row["ours"]!));
        return [`H = ${row["H"]}`, ms(row["ours"]), percent(row["ceiling"]!), ...slower];
      }),
    ],
  );
  return rows;
}
