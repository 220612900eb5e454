import { Network } from "../network/network.js";
import { shardsOf } from "../passes/forward-pass.js";
import { placeLoss } from "../passes/losses.js";
import { atOnce } from "../passes/pass.js";
import { gradientOfShard } from "../passes/training-pass.js";
import { type TrainingWorkspace, trainingWorkspace } from "../passes/workspace.js";
import type { RunRequest } from "../training/executor.js";
import { Samples } from "../training/loop/samples.js";
import { type Answer, Exchange, type Job, type Task } from "./exchange.js";
import type { Acknowledgement, FromRun, Stop } from "./run-messages.js";
import { RunWorker } from "./run-worker.js";

/** A member of a pool: receives parameters and computes the gradients of its shards, with its own kernel and copy of the data. */
class TrainingWorker {
  private constructor(
    readonly network: Network,
    readonly samples: Samples,
    readonly work: TrainingWorkspace,
  ) {}

  static async create({ module, shape, set, loss, batchSize, segment }: Job): Promise<TrainingWorker> {
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
    network.parametersChanged();
    network.pack(work.training);
    samples.setEpoch(epoch);
    shardsOf(first, count)
      .slice(from, to)
      .forEach((shard, i) => {
        exchange.sums[i] = atOnce(gradientOfShard(network, work, samples.placed, { first, count, key }, shard));
        exchange.gradients[i]!.set(kernel.floats(work.training.shardGradient));
      });
  }
}

/** Handles the messages to a worker: a Job and then Tasks of a pool, or a RunRequest and then messages to that run. */
export function serve(
  post: (answer: Answer | FromRun, transfer: ArrayBuffer[]) => void,
): (message: Job | Task | RunRequest | Stop | Acknowledgement) => Promise<void> {
  let worker: TrainingWorker | undefined;
  const run = new RunWorker(post);
  return async (message) => {
    try {
      if ("stop" in message || "acknowledged" in message) run.receive(message);
      else if ("config" in message) await run.run(message);
      else if ("module" in message) {
        worker = await TrainingWorker.create(message);
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
