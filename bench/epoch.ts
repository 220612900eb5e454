// One training epoch (forward, backward, SGD) of the notebook's task, in one thread: minimum and median over several rounds.
//   npm run bench
import { Gru, sgd, tensor } from "@sluice/model";

const T = 19;
const B = 180;
const EPOCHS = 200;
const ROUNDS = 9;

const noise = (seed: number) => {
  let state = seed;
  return Float32Array.from({ length: T * B }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
};
const data = { x: tensor(noise(1), [T, B, 1]), y: tensor(noise(2), [T, B, 1]) };

console.log(`T = ${T}, B = ${B}, one thread, Node ${process.version}`);
for (const cell of ["reset-before", "reset-after", "memoryless"] as const) {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 16, outputSize: 1, cell, seed: 1 });
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = performance.now();
    await gru.fit(data, { epochs: EPOCHS, optimizer: sgd({ learningRate: 0.003 }) });
    if (round > 0) times.push((performance.now() - before) / EPOCHS); // the first round warms up
  }
  times.sort((a, b) => a - b);
  const [minimum, median] = [times[0]!, times[ROUNDS >> 1]!];
  console.log(
    `${cell.padEnd(13)} H = 16: ${minimum.toFixed(3)} ms an epoch at best, ${median.toFixed(3)} in the median`,
  );
}
