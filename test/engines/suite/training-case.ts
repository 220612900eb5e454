import {
  defaultConvention,
  type FitOptions,
  Gru,
  type GruConfig,
  type History,
  sgd,
  type TrainingData,
} from "@sluice/model";
import { randomTensor } from "./numbers.js";
import { type CaseRecord, recordOf } from "./record.js";

/** The differences of a case from the defaults below. */
export interface TrainingCase {
  readonly config?: Partial<GruConfig>;
  readonly options?: Partial<FitOptions>;
  /** Steps and samples. */
  readonly size?: readonly [steps: number, samples: number];
  /** Added to x and y. */
  readonly data?: Partial<TrainingData>;
  /** The number of targets per step, if it differs from the number of outputs. */
  readonly targets?: number;
}

/** No size is a multiple of the four lanes of a vector or of the eight rows of a panel. */
const CONFIG: GruConfig = {
  inputSize: 2,
  hiddenSize: 7,
  outputSize: 2,
  cell: "reset-after",
  init: "uniform-scaled",
  seed: 20,
};

const SIZE = [9, 11] as const;

export function networkOf({ config }: TrainingCase): Promise<Gru> {
  return Gru.create({ ...CONFIG, ...config });
}

/** Random x and y in the shapes of the case. */
export function dataOf({ config, data, size = SIZE, targets }: TrainingCase): TrainingData {
  const { inputSize, outputSize, outputs } = { ...CONFIG, ...config };
  const [T, B] = size;
  const O = targets ?? outputSize;
  const x = randomTensor([T, B, inputSize], 1);
  const y = randomTensor(outputs === "last" ? [B, O] : [T, B, O], 2);
  return { x, y, ...data } as TrainingData;
}

export function optionsOf({ options }: TrainingCase): FitOptions {
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
  return { epochs: 4, batchSize: 4, shuffle: true, optimizer, ...options };
}

/** Trains a network and returns the losses of all epochs and the parameters. */
export async function train(one: TrainingCase): Promise<CaseRecord> {
  const gru = await networkOf(one);
  const options = optionsOf(one);
  const history = await gru.fit(dataOf(one), options);
  if (options.threads !== undefined) expectUsed("threads", history.threads, options.threads);
  if (options.worker !== undefined) expectUsed("worker", history.worker, options.worker);
  return recordOfTraining(gru, history);
}

/** Creates the record of a training run, and disposes of the network. */
export async function recordOfTraining(
  gru: Gru,
  { loss, validationLoss, learningRate }: History,
): Promise<CaseRecord> {
  const tensors = Object.entries(gru.stateDict(defaultConvention(gru.config.cell)));
  const validation = validationLoss.length > 0 && { "validation losses": validationLoss.map((v) => v.loss) };
  const parameters = Object.fromEntries(tensors.map(([name, { data }]) => [name, data]));
  gru.dispose();
  return recordOf({ "learning rates": learningRate, ...validation, ...parameters }, loss);
}

/** Throws if training fell back to this thread, because the case would then not test workers. */
function expectUsed(name: string, used: unknown, wanted: unknown): void {
  if (used !== wanted) throw new Error(`${name}: expected ${wanted}, got ${used}`);
}
