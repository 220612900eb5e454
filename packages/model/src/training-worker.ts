import { type Answer, Exchange, type Job, type Task } from "./exchange.js";
import { gradientScale, Network, shardsOf, type TrainingWorkspace } from "./network.js";
import { Samples } from "./samples.js";

/** What a worker does: a kernel and the data of its own; it gets parameters and gives the gradients of its shards. */
class TrainingWorker {
  private constructor(
    readonly network: Network,
    readonly samples: Samples,
    readonly work: TrainingWorkspace,
  ) {}

  static async begin({ module, shape, set, batchSize, segment }: Job): Promise<TrainingWorker> {
    const network = await Network.create(shape, module);
    const samples = new Samples(network, set);
    const work = network.trainingWorkspace({ rows: batchSize, steps: set.data.steps, segment });
    return new TrainingWorker(network, samples, work);
  }

  run({ epoch, first, count, from, to, buffer }: Task): void {
    const { network, samples, work } = this;
    const { kernel, parameters } = network;
    const { steps, y } = samples.placed;
    const exchange = new Exchange(buffer, to - from, parameters.length);
    kernel.floats(parameters).set(exchange.parameters);
    network.changed();
    network.pack(work.training);
    samples.lay(epoch);
    const scale = gradientScale(steps * count * y.size);
    shardsOf(first, count)
      .slice(from, to)
      .forEach((shard, i) => {
        exchange.sums[i] = network.gradientOfShard(work, samples.placed, shard, scale);
        exchange.gradients[i]!.set(kernel.floats(work.training.shardGradient));
      });
  }
}

/** Answers the messages of a pool: a Job, then Tasks. */
export function serve(
  post: (answer: Answer, transfer: ArrayBuffer[]) => void,
): (message: Job | Task) => Promise<void> {
  let worker: TrainingWorker | undefined;
  return async (message) => {
    try {
      if ("module" in message) {
        worker = await TrainingWorker.begin(message);
        post({ ready: true }, []);
      } else {
        worker!.run(message);
        post({ buffer: message.buffer }, Exchange.transfer(message.buffer));
      }
    } catch (error) {
      post({ error: error instanceof Error ? error.message : String(error) }, []);
    }
  };
}
