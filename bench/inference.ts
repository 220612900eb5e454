import { type Cell, Gru, tensor } from "@sluice/model";
import { type Comparison, OURS, printComparisons } from "./comparison.js";
import { noise } from "./noise.js";
import type { Torch } from "./peers/torch.js";
import { printTable } from "./table.js";
import { race } from "./timing.js";

const SIZES = [16, 64, 256];
const SHAPES = [
  [19, 180],
  [1000, 1],
] as const;

export interface Inference extends Comparison {
  readonly H: number;
  readonly T: number;
  readonly B: number;
}

/** One network, its outputs the same, beside onnxruntime-web and PyTorch. */
export async function inference(torch: Torch | undefined): Promise<Inference[]> {
  const { onnxInference } = (await import("./peers/onnx.mjs" as string)) as {
    onnxInference: (gru: Gru, task: object) => Promise<{ run: () => Promise<Float32Array> }>;
  };
  const comparisons: Inference[] = [];
  for (const [T, B] of SHAPES) {
    for (const H of SIZES) {
      const x = noise(T * B, 3);
      const gru = await network(H, "reset-after");
      const onnx = await onnxInference(gru, { T, B, x });
      const input = tensor(x, [T, B, 1]);
      expectSame(await onnx.run(), gru.predict(input).data);
      const times = await race([
        { name: OURS, run: () => gru.predict(input) },
        { name: "onnxruntime-web", ...onnx },
        ...(torch ? [torch.contender("PyTorch nn.GRU", { kind: "inference", T, B, H })] : []),
      ]);
      comparisons.push({ H, T, B, size: `${T} × ${B}, H = ${H}`, times });
    }
  }
  printComparisons("inference, T × B", comparisons);
  return comparisons;
}

/** Microseconds of a step. */
export interface StreamSteps {
  /** `forward` over a single row: the loop over its steps runs in the kernel. */
  readonly inWasm: number;
  /** `stream().step`. */
  readonly fromJavaScript: number;
}

/** A step of a single row at H = 16. */
export async function streamSteps(): Promise<StreamSteps> {
  const steps = 10_000;
  const gru = await network(16, "reset-before");
  const stream = gru.stream();
  const input = tensor(noise(steps, 3), [steps, 1, 1]);
  const timed = await race([
    { name: "inWasm", run: () => gru.forward(input) },
    {
      name: "fromJavaScript",
      run: () => {
        for (let t = 0; t < steps; t++) stream.step([0.5]);
      },
    },
  ]);
  const microseconds = (name: string) => (timed[name]!.median / steps) * 1000;
  const result = { inWasm: microseconds("inWasm"), fromJavaScript: microseconds("fromJavaScript") };
  printTable("a step at H = 16, B = 1: microseconds", [
    ["", "median"],
    ["forward, its loop in wasm", result.inWasm.toFixed(3)],
    ["stream().step, called from JavaScript", result.fromJavaScript.toFixed(3)],
  ]);
  return result;
}

const network = (hiddenSize: number, cell: Cell) =>
  Gru.create({ inputSize: 1, hiddenSize, outputSize: 1, cell, seed: 1, init: "uniform-scaled" });

/** Two engines that compute the same network agree within 1e-4 of its largest output. */
function expectSame(theirs: Float32Array, ours: Float32Array): void {
  let [distance, size] = [0, 0];
  ours.forEach((v, i) => {
    distance = Math.max(distance, Math.abs(v - theirs[i]!));
    size = Math.max(size, Math.abs(v));
  });
  if (!(distance <= 1e-4 * size))
    throw new Error(`onnxruntime-web: expected our outputs, got ones ${distance} apart`);
}
