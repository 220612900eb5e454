import fc from "fast-check";
import { defaultConvention, Gru, type GruConfig, type Tensor } from "../src/index.js";
import type { Loss } from "../src/passes/losses.js";
import { numbers, randomNetwork, randomTensor } from "./random-network.js";

/** Step options as flat arrays. */
export interface FlatSteps {
  readonly lengths?: ArrayLike<number>;
  readonly mask?: ArrayLike<number>;
  readonly resets?: ArrayLike<number>;
}

export type FullConfig = Required<Omit<GruConfig, "init">>;

/** The step options of a batch. */
export type Steps = "whole" | "lengths" | "mask" | "resets" | "lengths and resets" | "mask and resets";

/** A network and a batch of random shape; `seed` determines all values. */
export interface Case {
  readonly config: FullConfig;
  readonly T: number;
  readonly B: number;
  readonly steps: Steps;
  readonly loss: Loss;
  readonly weighted: boolean;
  /** Whether states before the first step are given. */
  readonly started: boolean;
}

export const featuresOf = ({ direction, hiddenSize }: FullConfig) =>
  direction === "bidirectional" ? 2 * hiddenSize : hiddenSize;
export const tracksOf = ({ direction, layers }: FullConfig) => (direction === "bidirectional" ? 2 * layers : layers);

const outputsPerTarget = (loss: Loss) =>
  loss === "gaussian" ? 2 : typeof loss === "object" && loss.kind === "pinball" ? loss.quantiles.length : 1;

/** Features of a step of the targets. */
export const targetsOf = ({ config, loss }: Case) =>
  (config.outputSize || featuresOf(config)) / outputsPerTarget(loss);

/** T and B: mostly small; sometimes across the borders of segments of 16 steps, panels of 8 rows and shards of 32. */
const STEPS = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 15, max: 21 }));
const SAMPLES = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 31, max: 35 }));
const UNITS = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constantFrom(7, 11));

/** Cases that cover every option; `only` fixes some of them if the combination is valid. */
export function cases(only: Partial<FullConfig> = {}, sizes: { T?: fc.Arbitrary<number> } = {}): fc.Arbitrary<Case> {
  const config = fc.record({
    cell: fc.constantFrom("reset-before", "reset-after", "memoryless"),
    inputSize: fc.integer({ min: 1, max: 3 }),
    hiddenSize: UNITS,
    targets: fc.integer({ min: 0, max: 2 }),
    seed: fc.nat(),
    layers: fc.integer({ min: 1, max: 3 }),
    direction: fc.constantFrom("forward", "reverse", "bidirectional"),
    bias: fc.boolean(),
    gateActivation: fc.constantFrom("sigmoid", "hard-sigmoid", "hard-sigmoid-0.2"),
    candidateActivation: fc.constantFrom("tanh", "relu", "linear"),
    outputs: fc.constantFrom("all", "last"),
    learnInitialState: fc.boolean(),
    dropout: fc.constantFrom(0, 0.3),
    recurrentDropout: fc.constantFrom(0, 0.4),
  });
  const batch = fc.record({
    T: sizes.T ?? STEPS,
    B: SAMPLES,
    steps: fc.constantFrom<Steps>("whole", "lengths", "mask", "resets", "lengths and resets", "mask and resets"),
    loss: fc.constantFrom<Loss>("mse", "mae", "huber", { kind: "huber", delta: 0.25 }, "gaussian", {
      kind: "pinball",
      quantiles: [0.1, 0.5, 0.8],
    }),
    weighted: fc.boolean(),
    started: fc.boolean(),
  });
  return fc.tuple(config, batch).map(([{ targets, ...drawn }, { started, ...rest }]) => {
    const all = { ...drawn, outputSize: 0, ...only } as FullConfig;
    const memory = all.cell !== "memoryless";
    const each = outputsPerTarget(rest.loss);
    const outputSize =
      only.outputSize ?? (targets > 0 || featuresOf(all) % each !== 0 ? Math.max(1, targets) * each : 0);
    const config = {
      ...all,
      outputSize,
      learnInitialState: all.learnInitialState && memory,
      dropout: all.layers > 1 ? all.dropout : 0,
    };
    return { config, ...rest, started: started && memory };
  });
}

/** A network with random parameters, including the learned initial state. */
export async function networkOf({ config }: Case): Promise<Gru> {
  const drawn = await randomNetwork(config);
  if (!config.learnInitialState) return drawn;
  const convention = defaultConvention(config.cell);
  const dict = drawn.stateDict(convention);
  const initial_state = randomTensor([tracksOf(config), config.hiddenSize], config.seed ^ 0x5a5a);
  return Gru.fromStateDict(config, { ...dict, initial_state }, convention);
}

export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly weights?: Tensor;
  readonly initialState?: Tensor;
  readonly taken: FlatSteps;
}

/** The values of a case, which depend on `salt`. Some lengths and weights are 0. */
export function batchOf(one: Case, salt = 0): Batch {
  const { config, T, B, steps, weighted, started } = one;
  const { inputSize, hiddenSize, outputs, seed } = config;
  const last = outputs === "last";
  const draw = (count: number, stream: number) => numbers(count, Math.imul(seed + stream, 0x9e3779b1) + salt);
  const targets = targetsOf(one);
  const weights = randomTensor(last ? [B] : [T, B], seed + 5).data.map((w) => (w < -0.5 ? 0 : w + 1));
  const taken: FlatSteps = {
    ...(steps.startsWith("lengths") && {
      lengths: Array.from(draw(B, 1), (v) => Math.floor(((v + 1) / 2) * (T + 1))),
    }),
    ...(steps.startsWith("mask") && { mask: draw(T * B, 2).map((v) => Number(v > -0.4)) }),
    ...(steps.endsWith("resets") && { resets: draw(T * B, 3).map((v) => Number(v > 0.5)) }),
  };
  return {
    x: randomTensor([T, B, inputSize], seed + salt),
    y: randomTensor(last ? [B, targets] : [T, B, targets], seed + salt + 1),
    ...(weighted && { weights: { data: weights, shape: last ? [B] : [T, B] } }),
    ...(started && { initialState: randomTensor([tracksOf(config), B, hiddenSize], seed + 7) }),
    taken,
  };
}
