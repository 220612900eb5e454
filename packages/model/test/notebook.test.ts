/**
 * The notebook's run of 5,000 epochs: windows of 19 over 199 differences, H = 16, SGD at 0.003, full batch. The stored losses
 * are taken before the update. Up to epoch 99 they agree within 1e-4; later the run is at the edge of stability and
 * only its level can be compared (goldens/README.md).
 */
import { expect, test } from "vitest";
import { Gru, type SampleRows, sgd, tensor } from "../src/index.js";
import notebook from "./goldens/notebook.json" with { type: "json" };

const { sequenceLength: steps, hiddenSize, learningRate, epochs } = notebook;
const data = Float32Array.from(notebook.differences.data);
const count = data.length - steps;
const from = (first: number) => ({
  data,
  starts: Uint32Array.from({ length: count }, (_, i) => first + i),
  stride: 1,
  size: 1,
});
const windows: SampleRows = { count, steps, x: from(0), y: from(1) };

async function train(
  cell: "memoryless" | "reset-before",
  until: number,
): Promise<{ gru: Gru; loss: readonly number[] }> {
  const parameters = Object.entries(notebook.runs[cell].parameters);
  const dict = Object.fromEntries(parameters.map(([name, t]) => [name, tensor(Float32Array.from(t.data), t.shape)]));
  const gru = await Gru.fromStateDict({ inputSize: 1, hiddenSize, outputSize: 1, cell }, dict, "notebook");
  const { loss } = await gru.fit(windows, { epochs: until, optimizer: sgd({ learningRate }) });
  return { gru, loss };
}

test.each(["memoryless", "reset-before"] as const)("%s: the losses up to epoch 99", async (cell) => {
  const { loss } = await train(cell, 100);
  const stored = Object.entries(notebook.runs[cell].losses.float64).filter(([epoch]) => Number(epoch) < 100);
  expect(stored.length).toBeGreaterThanOrEqual(8);
  for (const [epoch, want] of stored) {
    expect(Math.abs(loss[Number(epoch)]! - want), `epoch ${epoch}`).toBeLessThanOrEqual(1e-4 * want);
  }
});

test("memoryless: the mean of the last 500 losses is in 133 … 143, and five parameters never change", async () => {
  const { gru, loss } = await train("memoryless", epochs);
  const mean = loss.slice(-500).reduce((a, b) => a + b, 0) / 500;
  expect(mean).toBeGreaterThan(133);
  expect(mean).toBeLessThan(143);
  const after = gru.stateDict("notebook");
  for (const name of ["W_hr", "W_hz", "W_hh", "W_xr", "b_r"] as const) {
    expect([...after[name]!.data]).toEqual(notebook.runs.memoryless.parameters[name].data);
  }
}, 60_000);

test("reset-before: the loss after 5,000 epochs is in 53 … 105", async () => {
  const { loss } = await train("reset-before", epochs);
  expect(loss.at(-1)).toBeGreaterThan(53);
  expect(loss.at(-1)).toBeLessThan(105);
}, 60_000);
