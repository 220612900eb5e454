import {
  adam,
  adamw,
  type Cell,
  type Clip,
  constantRate,
  cosineDecay,
  exponentialDecay,
  type GruConfig,
  type Loss,
  type Optimizer,
  oneCycle,
  reduceOnPlateau,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
  tensor,
  warmUp,
} from "@sluice/model";
import { randomTensor } from "./numbers.js";
import type { TrainingCase } from "./training-case.js";

const cells: readonly Cell[] = ["reset-before", "reset-after", "memoryless"];

const networks: Record<string, Partial<GruConfig>> = {
  "three layers": { layers: 3 },
  reverse: { direction: "reverse" },
  bidirectional: { direction: "bidirectional" },
  "init uniform": { init: "uniform" },
  "init glorot-orthogonal": { init: "glorot-orthogonal" },
  "hard-sigmoid gates, relu candidate": { gateActivation: "hard-sigmoid", candidateActivation: "relu" },
  "hard-sigmoid-0.2 gates, linear candidate": { gateActivation: "hard-sigmoid-0.2", candidateActivation: "linear" },
  "no biases": { bias: false },
  "learned initial state": { learnInitialState: true },
  "the last output alone": { outputs: "last" },
  dropout: { layers: 2, dropout: 0.3 },
  "recurrent dropout": { recurrentDropout: 0.3 },
  "both dropouts, both directions": { layers: 2, direction: "bidirectional", dropout: 0.2, recurrentDropout: 0.2 },
};

const learningRate = 0.02;
const optimizers: Record<string, Optimizer> = {
  sgd: sgd({ learningRate }),
  "sgd with Nesterov momentum and decay": sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  adam: adam({ learningRate, weightDecay: 0.01 }),
  adamw: adamw({ learningRate, betas: [0.8, 0.95] }),
  rmsprop: rmsprop({ learningRate }),
  "rmsprop with momentum": rmsprop({ learningRate, momentum: 0.5, alpha: 0.9 }),
};

/** All losses except mse, which the other cases use, each with its number of targets per step. */
const losses: Record<string, [loss: Loss, targets: number]> = {
  mae: ["mae", 2],
  huber: ["huber", 2],
  "huber with delta 0.3": [{ kind: "huber", delta: 0.3 }, 2],
  pinball: [{ kind: "pinball", quantiles: [0.1, 0.8] }, 1],
  gaussian: ["gaussian", 1],
};

const schedules: Record<string, Schedule> = {
  "constant rate": constantRate(),
  "step decay": stepDecay({ every: 2, factor: 0.3 }),
  "exponential decay": exponentialDecay({ factor: 0.83 }),
  "cosine decay": cosineDecay({ epochs: 7, minimum: 0.001 }),
  "reduced on a plateau": reduceOnPlateau({ factor: 0.7, patience: 0, threshold: 0.5 }),
  "one cycle": oneCycle({ updates: 24 }),
  "warm-up before a cosine": warmUp({ updates: 5, startFactor: 0.1, schedule: cosineDecay({ epochs: 8 }) }),
};

const clips: Record<string, Clip> = {
  value: { kind: "value", maxValue: 0.01 },
  "global norm": { kind: "global-norm", maxNorm: 0.1 },
  "per parameter": { kind: "per-parameter", alpha: 0.001 },
};

/** The lengths of eleven samples; the last one is 0. */
const lengths = [9, 1, 4, 8, 9, 3, 7, 2, 5, 6, 0];
/** (T,B): 1 at about a fifth of the steps. */
const chosen = (seed: number) => Array.from(randomTensor([9, 11], seed).data, (value) => Number(value > 0.6));
const mask = chosen(3).map((value) => 1 - value);
const resets = chosen(4);
const weights = tensor(
  randomTensor([9, 11], 5).data.map((value) => Math.max(0, value)),
  [9, 11],
);

const sequences: Record<string, TrainingCase> = {
  lengths: { data: { lengths } },
  "lengths, both directions, the last output": {
    data: {
      lengths,
      weights: tensor(
        Float32Array.from(lengths, (n) => Number(n > 0)),
        [11],
      ),
    },
    config: { direction: "bidirectional", outputs: "last" },
  },
  mask: { data: { mask } },
  resets: { data: { resets } },
  "mask, resets and weights": { data: { mask, resets, weights }, config: { cell: "reset-before" } },
  "initial states": { options: { initialState: randomTensor([1, 11, 7], 6) } },
  truncated: { options: { truncate: { k1: 3 } } },
  "truncated with overlap": { options: { truncate: { k1: 2, k2: 5 } } },
  stateful: { options: { stateful: true, shuffle: false, batchSize: 4 }, size: [9, 12] },
  "stateful and truncated": {
    options: { stateful: true, truncate: { k1: 4, k2: 6 }, shuffle: false, batchSize: 4 },
    size: [9, 12],
  },
  "forty steps": { size: [40, 3] },
  "forty steps, gradient checkpointing": { size: [40, 3], options: { gradientCheckpointing: true } },
};

const loops: Record<string, TrainingCase> = {
  "in order, all at once": { options: { shuffle: false, batchSize: 11 } },
  "accumulated gradients": { options: { accumulate: 2 } },
  penalties: {
    options: { regularize: { kernel: { l2: 0.01 }, recurrent: { l1: 0.01 }, bias: { l1: 0.1, l2: 0.1 } } },
  },
  "early stopping on held-out samples": {
    options: {
      epochs: 30,
      validationSplit: 0.3,
      earlyStopping: { patience: 2 },
      optimizer: adam({ learningRate: 0.05 }),
    },
  },
};

/** Enough work for two threads in each update. */
const wide: TrainingCase = { config: { hiddenSize: 33 }, size: [20, 70], options: { batchSize: 70, epochs: 3 } };
const shared = (more: TrainingCase["options"]): TrainingCase => ({ ...wide, options: { ...wide.options, ...more } });

const threads: Record<string, TrainingCase> = {
  "one thread": shared({ threads: 1 }),
  "two threads": shared({ threads: 2 }),
  "a worker": shared({ worker: true }),
  "a worker and two threads": shared({ worker: true, threads: 2 }),
};

/** Several hundred updates, so that engines recompile frequent code with optimizations. */
const long: Record<string, TrainingCase> = Object.fromEntries(
  cells.map((cell) => [
    `300 epochs, ${cell}`,
    {
      config: { cell, seed: 7 },
      size: [7, 9],
      options: { epochs: 300, batchSize: 5, optimizer: adam({ learningRate }) },
    },
  ]),
);

const named = <T>(prefix: string, all: Record<string, T>, caseOf: (one: T) => TrainingCase) =>
  Object.entries(all).map(([name, one]): [string, TrainingCase] => [`${prefix}: ${name}`, caseOf(one)]);

/** Training runs by name. */
export const trainingCases: Readonly<Record<string, TrainingCase>> = Object.fromEntries([
  ...cells.map((cell): [string, TrainingCase] => [`cell: ${cell}`, { config: { cell } }]),
  ...cells.map((cell): [string, TrainingCase] => [
    `cell: ${cell}, two layers, bidirectional`,
    { config: { cell, layers: 2, direction: "bidirectional" } },
  ]),
  ...named("network", networks, (config) => ({ config })),
  ["network: no head", { config: { outputSize: 0 }, targets: 7 }],
  ...named("optimizer", optimizers, (optimizer) => ({ options: { optimizer } })),
  ...named("loss", losses, ([loss, targets]) => ({ options: { loss }, targets })),
  ...named("schedule", schedules, (schedule) => ({ options: { schedule, epochs: 8 } })),
  ...named("clip", clips, (clip) => ({ options: { clip } })),
  ...named("steps", sequences, (one) => one),
  ...named("loop", loops, (one) => one),
  ...named("threads", threads, (one) => one),
  ...named("long", long, (one) => one),
]);
