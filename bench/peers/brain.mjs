// brain.js in JavaScript: GRUTimeStep has the same cell as Sluice, but another training algorithm.
import brain from "brain.js";
import { batch, LEARNING_RATE } from "../epoch.ts";

/**
 * An iteration over B sequences of T + 1 values: each value predicts the next one, so T steps are trained, as in Sluice. The network is
 * updated after each sequence (there are no batches), by RMSprop with clipped gradients (there is no other optimizer).
 */
export async function create({ T, B, H }) {
  const net = new brain.recurrent.GRUTimeStep({
    inputSize: 1,
    hiddenLayers: [H],
    outputSize: 1,
    learningRate: LEARNING_RATE,
  });
  const { data } = batch({ T: T + 1, B }).x;
  const sequences = Array.from({ length: B }, (_, b) => Array.from({ length: T + 1 }, (_, t) => data[t * B + b]));
  const run = () => net.train(sequences, { iterations: 1, errorThresh: 0, log: false }).error;
  const errors = [run(), run(), run()];
  if (!(errors[2] < errors[0]))
    throw new Error(`brain.js, H = ${H}: expected an error that falls, got ${errors.join(", ")}`);
  return { run };
}
