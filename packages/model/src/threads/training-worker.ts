import { Network } from "../network/network.js";
import { placeLoss } from "../passes/losses.js";
import { atOnce } from "../passes/pass.js";
import { shardsOf } from "../passes/shard-context.js";
import { shardGradient } from "../passes/shard-gradient.js";
import { type TrainingWorkspace, trainingWorkspace } from "../passes/workspace.js";
import { Samples } from "../training/samples.js";
import { type Answer, Exchange, type Job, type Task } from "./exchange.js";
import type { FromRun, Heard, RunRequest, Stop } from "./run-messages.js";
import { RunWorker } from "./run-worker.js";

/** What a worker does: a kernel and the data of its own; it gets parameters and gives the gradients of its shards. */
class TrainingWorker {
  private constructor(
    readonly network: Network,
    readonly samples: Samples,
    readonly work: TrainingWorkspace,
  ) {}

  static async begin({ module, shape, set, loss, batchSize, segment }: Job): Promise<TrainingWorker> {
    const network = await Network.create(shape, module);
    const samples = new Samples(network, set);
    const size = { rows: batchSize, steps: set.data.steps, segment, masked: set.data.flags !== undefined };
    const work = trainingWorkspace(network, size, placeLoss(network.kernel, loss));
    return new TrainingWorker(network, samples, work);
  }

  run({ epoch, first, count, from, to, key, buffer }: Task): void {
    const { network, samples, work } = this;
    const { kernel, parameters } = network;
    const exchange = new Exchange(buffer, to - from, parameters.length);
    kernel.floats(parameters).set(exchange.parameters);
    network.changed();
    network.pack(work.training);
    samples.lay(epoch);
    shardsOf(first, count)
      .slice(from, to)
      .forEach((shard, i) => {
        const batch = { first, count, key };
        exchange.sums[i] = atOnce(shardGradient({ network, work, data: samples.placed, batch, shard }));
        exchange.gradients[i]!.set(kernel.floats(work.training.shardGradient));
      });
  }
}

/** Answers the messages of a pool, a Job and then Tasks; or of a thread that has a whole run done here. */
export function serve(
  post: (answer: Answer | FromRun, transfer: ArrayBuffer[]) => void,
): (message: Job | Task | RunRequest | Stop | Heard) => Promise<void> {
  let worker: TrainingWorker | undefined;
  const run = new RunWorker(post);
  return async (message) => {
    try {
      if ("stop" in message || "heard" in message) run.hear(message);
      else if ("config" in message) await run.serve(message);
      else if ("module" in message) {
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
