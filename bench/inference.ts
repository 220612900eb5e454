import { tensor } from "@sluice/model";
import { type Comparison, OURS, printComparisons } from "./comparison.js";
import type { Recorder } from "./conditions.js";
import { network } from "./epoch.js";
import { noise } from "./noise.js";
import { startJavaScriptPeer } from "./peers/peer-process.js";
import type { Torch } from "./peers/torch.js";
import { printTable } from "./table.js";
import { candidate, timeInTurns } from "./timing.js";

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

/** Times inference of the same network in Sluice and in onnxruntime-web, whose outputs are compared, and of an equal size in PyTorch. */
export async function inference(recorder: Recorder, torch: Torch | undefined): Promise<Inference[]> {
  const onnx = await startJavaScriptPeer("onnx");
  const comparisons: Inference[] = [];
  for (const [T, B] of SHAPES) {
    for (const H of SIZES) {
      const gru = await network(H, "reset-after");
      const input = tensor(noise(T * B, 3), [T, B, 1]);
      const request = { kind: "inference", T, B, H };
      const times = await recorder.record(`inference, ${T} × ${B}, H = ${H}`, () =>
        timeInTurns([
          candidate(OURS, () => gru.predict(input)),
          onnx.candidate("onnxruntime-web", request),
          ...(torch?.peer ? [torch.peer.candidate("PyTorch nn.GRU", request)] : []),
        ]),
      );
      comparisons.push({ H, T, B, size: `${T} × ${B}, H = ${H}`, times });
    }
  }
  onnx.end();
  printComparisons("inference, T × B", comparisons);
  return comparisons;
}

/** Microseconds of a step. */
export interface StreamSteps {
  /** `forward` over one row: the loop over its steps runs in the kernel. */
  readonly inWasm: number;
  /** `stream().step`. */
  readonly fromJavaScript: number;
}

/** A step of one row at H = 16. */
export async function streamSteps(): Promise<StreamSteps> {
  const steps = 10_000;
  const gru = await network(16, "reset-before");
  const stream = gru.stream();
  const input = tensor(noise(steps, 3), [steps, 1, 1]);
  const timed = await timeInTurns([
    candidate("inWasm", () => gru.forward(input)),
    candidate("fromJavaScript", () => {
      for (let t = 0; t < steps; t++) stream.step([0.5]);
    }),
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
