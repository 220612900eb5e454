import { Gru, sgd, tensor } from "@sluice/model";

/** Trains a small network, in a worker where there is one: the last loss, and where it was trained. */
export async function train() {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 8, outputSize: 1, cell: "reset-before", seed: 42 });
  const wave = (shift) => Float32Array.from({ length: 20 }, (_, t) => (t + shift) % 5);
  const [x, y] = [0, 1].map((shift) => tensor(wave(shift), [20, 1, 1]));
  const { loss, worker } = await gru.fit(
    { x, y },
    { epochs: 20, optimizer: sgd({ learningRate: 0.05 }), worker: true },
  );
  return { losses: loss, loss: loss.at(-1), worker };
}
