import { Gru, type GruConfig } from "@sluice/model";
import { randomTensor } from "./numbers.js";
import { type CaseRecord, recordOf } from "./record.js";

const config: GruConfig = {
  inputSize: 3,
  hiddenSize: 13,
  outputSize: 2,
  cell: "reset-before",
  init: "glorot-orthogonal",
  layers: 2,
  seed: 8,
};

async function forwardAndBackward(direction: "forward" | "bidirectional"): Promise<CaseRecord> {
  const gru = await Gru.create({ ...config, direction });
  const [x, y] = [randomTensor([21, 10, 3], 1), randomTensor([21, 10, 2], 2)];
  const lengths = Array.from({ length: 10 }, (_, b) => 21 - 2 * b);
  const { output, hidden, finalState } = gru.forward(x, { lengths, padding: "zero" });
  const { loss, gradients } = gru.backward(x, y, { lengths });
  const byName = Object.fromEntries(Object.entries(gradients).map(([name, { data }]) => [`d ${name}`, data]));
  gru.dispose();
  return recordOf({ output: output.data, hidden: hidden.data, finalState: finalState.data, ...byName }, [loss]);
}

/** Streams a thousand steps through a network that was saved and loaded; a fork computes the last hundred. */
async function streamed(): Promise<CaseRecord> {
  const saved = await Gru.create(config);
  const gru = await Gru.load(saved.save());
  const x = randomTensor([1000, 3], 4).data;
  const stream = gru.stream();
  const step = (t: number) => x.subarray(3 * t, 3 * t + 3);
  const outputs = Array.from({ length: 900 }, (_, t) => [...stream.step(step(t))]).flat();
  const fork = stream.fork();
  const forked = Array.from({ length: 100 }, (_, t) => [...fork.step(step(900 + t))]).flat();
  const record = await recordOf({ outputs, state: Float32Array.from(stream.state), forked });
  saved.dispose();
  gru.dispose();
  return record;
}

/** Single passes, by name. */
export const passCases: Readonly<Record<string, () => Promise<CaseRecord>>> = {
  "pass: forward and backward": () => forwardAndBackward("forward"),
  "pass: forward and backward, both directions": () => forwardAndBackward("bidirectional"),
  "pass: a stream of 1,000 steps": streamed,
};
