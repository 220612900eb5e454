import { Gru, tensor } from "@sluice/model";
import { noise } from "./noise.js";
import type { Torch } from "./peers/torch.js";
import { ms, printTable, times } from "./table.js";
import { race } from "./timing.js";

const SIZES = [16, 64, 256];
const SHAPES = [
  [19, 180],
  [1000, 1],
] as const;

/** Inference of one network beside onnxruntime-web and PyTorch, and one step of a stream called from JavaScript. */
export async function inference(torch: Torch | undefined): Promise<object[]> {
  const { onnxInference } = (await import("./peers/onnx.mjs" as string)) as {
    onnxInference: (gru: Gru, task: object) => Promise<{ run: () => Promise<Float32Array> }>;
  };
  const rows: Record<string, number>[] = [];
  for (const H of SIZES) {
    for (const [T, B] of SHAPES) {
      const x = noise(T * B, 3);
      const gru = await Gru.create({
        inputSize: 1,
        hiddenSize: H,
        outputSize: 1,
        cell: "reset-after",
        seed: 1,
        init: "uniform-scaled",
      });
      const onnx = await onnxInference(gru, { T, B, x });
      const input = tensor(x, [T, B, 1]);
      expectSame(gru.forward(input).output.data, await onnx.run());
      const timed = await race([
        { name: "ours", run: () => gru.forward(input) },
        { name: "onnx", run: onnx.run },
        ...(torch ? [torch.contender("torch", { kind: "inference", T, B, H })] : []),
      ]);
      rows.push({
        H,
        T,
        B,
        ...Object.fromEntries(Object.entries(timed).map(([name, { median }]) => [name, median])),
      });
    }
  }
  printTable("inference: milliseconds, and how many times slower others are", [
    ["", "T × B", "ours", "onnxruntime-web", "PyTorch"],
    ...rows.map(({ H, T, B, ours, onnx, torch: py }) => [
      `H = ${H}`,
      `${T} × ${B}`,
      ms(ours),
      times(onnx! / ours!),
      times(py === undefined ? undefined : py / ours!),
    ]),
  ]);

  const gru = await Gru.create({ inputSize: 1, hiddenSize: 16, outputSize: 1, cell: "reset-before", seed: 1 });
  const stream = gru.stream();
  const steps = 10_000;
  const { step } = await race([
    {
      name: "step",
      run: () => {
        for (let i = 0; i < steps; i++) stream.step([0.5]);
      },
    },
  ]);
  const inside = rows.find(({ H, B }) => H === 16 && B === 1)!;
  const microseconds = {
    fromJavaScript: (step!.median / steps) * 1000,
    inWasm: (inside["ours"]! / inside["T"]!) * 1000,
  };
  console.log(
    `  a step at H = 16: ${microseconds.inWasm.toFixed(3)} µs inside wasm, ${microseconds.fromJavaScript.toFixed(3)} µs from JavaScript`,
  );
  return [...rows, microseconds];
}

/** Two engines that compute the same network agree within 1e-4 of its largest output. */
function expectSame(a: Float32Array, b: Float32Array): void {
  let [distance, size] = [0, 0];
  a.forEach((v, i) => {
    distance = Math.max(distance, Math.abs(v - b[i]!));
    size = Math.max(size, Math.abs(v));
  });
  if (!(distance <= 1e-4 * size))
    throw new Error(`onnxruntime-web: expected our outputs, got ones ${distance} apart`);
}
