import { type Comparison, OURS, printComparisons } from "./comparison.js";
import { epoch, epochOperations } from "./epoch.js";
import { noise } from "./noise.js";
import type { Torch } from "./peers/torch.js";
import { percent, printTable } from "./table.js";
import { type Contender, type Run, race } from "./timing.js";

const T = 19;
const B = 180;
const SIZES = [16, 32, 64, 128, 256];
/** From there on an epoch of TensorFlow.js' cpu backend takes seconds: 10 at H = 256. */
const TFJS_CPU_UP_TO = 64;

export interface Epochs extends Comparison {
  readonly H: number;
  /** The share of the ceiling that ours reaches. */
  readonly share: number;
}

/** One epoch (forward, backward, SGD) of the notebook's task at several sizes, beside PyTorch and TensorFlow.js. */
export async function training(ceiling: number, torch: Torch | undefined): Promise<Epochs[]> {
  const epochs: Epochs[] = [];
  for (const H of SIZES) {
    const times = await race([
      await epoch(OURS, { T, B, H }),
      ...(torch ? [torch.contender("PyTorch nn.GRU", { kind: "gru", T, B, H })] : []),
      ...(torch ? [torch.contender("PyTorch, notebook's code", { kind: "notebook", T, B, H })] : []),
      await tfjs("wasm", H),
      ...(H <= TFJS_CPU_UP_TO ? [await tfjs("cpu", H)] : []),
    ]);
    const share = epochOperations({ T, B, H }) / times[OURS]!.median / 1e6 / ceiling;
    epochs.push({ H, size: `${T} × ${B}, H = ${H}`, times, share });
  }
  printComparisons("a training epoch, T × B", epochs);
  printTable("a training epoch, of the ceiling", [
    ["", ...epochs.map(({ H }) => `H = ${H}`)],
    ["arithmetic ÷ time", ...epochs.map(({ share }) => percent(share))],
  ]);
  return epochs;
}

async function tfjs(backend: "wasm" | "cpu", H: number): Promise<Contender> {
  const { tfjsTraining } = (await import("./peers/tfjs.mjs" as string)) as {
    tfjsTraining: (backend: string, task: object) => Promise<Pick<Run, "run">>;
  };
  const task = { T, B, H, x: noise(T * B, 1), y: noise(T * B, 2) };
  return { name: `TensorFlow.js ${backend}`, ...(await tfjsTraining(backend, task)) };
}
