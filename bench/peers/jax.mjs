// jax-js on its wasm backend, one thread: the recurrence unrolled over its steps, then differentiated and compiled by `jit`.
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { batch, LEARNING_RATE } from "../epoch.ts";
import { expectSameTraining, firstWeights } from "./training-check.mjs";

await init("wasm");
defaultDevice("wasm");

/** A tensor of ours as a jax-js array. */
const array = ({ data, shape }) => np.array(data.slice()).reshape([...shape]);

/**
 * The mean squared error of a GRU (reset-before) with a linear head. Every use of an array but its last needs `.ref`. Products with one
 * input are elementwise, and the head takes all steps at once: of the forms that were tried, this one is the fastest.
 */
function meanSquaredError({ T, B, H }) {
  return (w, steps, targets) => {
    const gate = (x, gates, W, U, b) => np.matmul(gates, W.ref).add(x.mul(U.ref)).add(b.ref);
    let h = np.zeros([B, H]);
    const states = [];
    for (let t = 0; t < T; t++) {
      const x = steps[t];
      const r = nn.sigmoid(gate(x.ref, h.ref, w.W_hr, w.W_xr, w.b_r));
      const z = nn.sigmoid(gate(x.ref, h.ref, w.W_hz, w.W_xz, w.b_z));
      const n = np.tanh(gate(x, r.mul(h.ref), w.W_hh, w.W_xh, w.b_h));
      h = n.ref.add(z.mul(h.sub(n))); // z h + (1 − z) n
      states.push(h.ref);
    }
    h.dispose();
    const outputs = np.matmul(np.concatenate(states, 0), w.W_hq.ref).add(w.b_q.ref);
    tree.dispose(w);
    return np.square(outputs.sub(targets)).mean();
  };
}

/** A step of full-batch gradient descent over the batch of a size. */
export async function create(size) {
  const { T, B, H } = size;
  const { x, y } = batch(size);
  const steps = Array.from({ length: T }, (_, t) => np.array(x.data.slice(t * B, (t + 1) * B)).reshape([B, 1]));
  const targets = np.array(y.data.slice()).reshape([T * B, 1]);
  const lossAndGradients = valueAndGrad(meanSquaredError(size));
  const update = jit((weights, inputs, targets, rate) => {
    const [loss, gradients] = lossAndGradients(tree.ref(weights), inputs, targets);
    const updated = tree.map((w, gradient) => w.sub(gradient.mul(rate.ref)), weights, gradients);
    rate.dispose();
    return [loss, updated];
  });
  const first = await firstWeights(H, "notebook");
  let weights;
  const restart = () => {
    weights = Object.fromEntries(Object.entries(first).map(([name, tensor]) => [name, array(tensor)]));
  };
  const step = async (learningRate) => {
    const [loss, updated] = update(weights, tree.ref(steps), targets.ref, np.array([learningRate]));
    weights = updated;
    await blockUntilReady(weights);
    return (await loss.data())[0];
  };
  restart();
  const before = performance.now();
  await step(0);
  const compile = performance.now() - before;
  await expectSameTraining("jax-js", size, step);
  restart();
  return { run: () => step(LEARNING_RATE), first: compile };
}
