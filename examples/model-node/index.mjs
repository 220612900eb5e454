// The model alone in Node: trains a network, saves and loads it, and runs it one step at a time.
// node examples/model-node/index.mjs [file.safetensors]
import { readFileSync, writeFileSync } from "node:fs";
import { adam, Gru, tensor } from "@sluice/model";

const csv = readFileSync(new URL("../data/airline-passengers.csv", import.meta.url), "utf8");
const passengers = csv
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => Number(line.split(",")[1]));

// growth since the same month of the previous year; the network predicts it one month ahead
const growth = (t) => passengers[t] / passengers[t - 12] - 1;

// train on all months except those of the last year: one sequence of T steps, x (T,1,1) and y (T,1,1)
const first = 12;
const heldOut = passengers.length - 12;
const T = heldOut - 1 - first;
const x = tensor(
  Float32Array.from({ length: T }, (_, i) => growth(first + i)),
  [T, 1, 1],
);
const y = tensor(
  Float32Array.from({ length: T }, (_, i) => growth(first + i + 1)),
  [T, 1, 1],
);

const gru = await Gru.create({ inputSize: 1, hiddenSize: 8, outputSize: 1, cell: "reset-after", seed: 1 });
const { loss } = await gru.fit({ x, y }, { epochs: 200, optimizer: adam({ learningRate: 0.01 }) });
console.log(`loss ${loss[0].toFixed(6)} → ${loss.at(-1).toFixed(6)}`);

// save and load a safetensors file; the loaded network computes the same bits
const path = process.argv[2];
const bytes = gru.save();
if (path) writeFileSync(path, bytes);
const loaded = await Gru.load(path ? readFileSync(path) : bytes);

// predict the last year one step at a time; the stream keeps the state
const stream = loaded.stream();
for (let t = first; t < heldOut - 1; t++) stream.step([growth(t)]);
let sum = 0;
let naiveSum = 0;
for (let t = heldOut; t < passengers.length; t++) {
  const [predictedGrowth] = stream.step([growth(t - 1)]);
  const predicted = passengers[t - 12] * (1 + predictedGrowth);
  console.log(`month ${t + 1}: predicted ${predicted.toFixed(3)}, actual ${passengers[t]}`);
  sum += Math.abs(predicted - passengers[t]);
  naiveSum += Math.abs(passengers[t - 12] - passengers[t]);
}
console.log(
  `mean absolute error ${(sum / 12).toFixed(3)}; of the seasonal naive forecast ${(naiveSum / 12).toFixed(3)}`,
);

gru.dispose();
loaded.dispose();
