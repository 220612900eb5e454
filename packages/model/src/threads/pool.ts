import type { Network } from "../network/network.js";
import { weightOf } from "../network/placement.js";
import { shardsOf } from "../passes/shard-context.js";
import { addShardGradient, shardGradient } from "../passes/shard-gradient.js";
import type { TrainingWorkspace } from "../passes/workspace.js";
import type { Breath } from "../training/breath.js";
import type { Samples } from "../training/samples.js";
import { type Answer, Exchange, type Job, type Task } from "./exchange.js";
import { threadsFor } from "./threads-for.js";
import type { StartWorker, WorkerHandle } from "./worker-handle.js";

/** A worker with one question to it at a time. */
class Helper {
  readonly #handle: WorkerHandle;
  #answer: ((answer: Answer) => void) | undefined;
  /** Why there is no answer any more. */
  #stopped: string | undefined;
  /** Kept from one task to the next, where it is large enough. */
  #buffer: ArrayBufferLike = new ArrayBuffer(0);

  constructor(start: StartWorker) {
    this.#handle = start({
      message: (message) => this.#answer?.(message as Answer),
      stopped: (reason) => this.end(reason),
    });
  }

  async begin(job: Job): Promise<void> {
    await this.#ask(job, []);
  }

  /** Sums and gradients of some shards. */
  async run(task: Omit<Task, "buffer">, parameters: Float32Array): Promise<Exchange> {
    const n = task.to - task.from;
    const bytes = Exchange.bytes(n, parameters.length);
    if (this.#buffer.byteLength < bytes) this.#buffer = Exchange.allocate(bytes);
    new Exchange(this.#buffer, n, parameters.length).parameters.set(parameters);
    const answer = await this.#ask({ ...task, buffer: this.#buffer }, Exchange.transfer(this.#buffer));
    if ("buffer" in answer) this.#buffer = answer.buffer;
    return new Exchange(this.#buffer, n, parameters.length);
  }

  end(reason: string): void {
    this.#stopped ??= reason;
    this.#answer?.({ error: this.#stopped });
    this.#handle.end();
  }

  async #ask(message: Job | Task, transfer: ArrayBuffer[]): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve) => {
      this.#answer = resolve;
      if (this.#stopped === undefined) this.#handle.post(message, transfer);
      else resolve({ error: this.#stopped });
    });
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }
}

/** Threads that share the updates of one training run: this one, and workers with kernels of their own. */
export class Pool {
  readonly #network: Network;
  readonly #helpers: readonly Helper[];

  private constructor(network: Network, helpers: readonly Helper[]) {
    this.#network = network;
    this.#helpers = helpers;
  }

  /** A pool of `threads` threads; undefined where workers are not to be had. */
  static async start(
    network: Network,
    job: Omit<Job, "module" | "shape">,
    threads: number,
    start?: StartWorker,
  ): Promise<Pool | undefined> {
    const helpers: Helper[] = [];
    try {
      const startHelper = start ?? (await import("#threads")).startWorker;
      while (helpers.length < threads - 1) helpers.push(new Helper(startHelper));
      const whole: Job = { ...job, module: network.kernel.module, shape: network.shape };
      await Promise.all(helpers.map((helper) => helper.begin(whole)));
      return new Pool(network, helpers);
    } catch {
      for (const helper of helpers) helper.end("the pool did not start");
      return undefined;
    }
  }

  /** This thread included. */
  get threads(): number {
    return this.#helpers.length + 1;
  }

  /**
   * What `meanLoss` gives, to the bit: each thread takes a run of shards, and sums and gradients are added here, shard by
   * shard in order.
   * @throws Error where a worker has stopped; the parameters are those of the last update.
   */
  async meanLoss(
    work: TrainingWorkspace,
    { placed }: Samples,
    { first, count, key }: Pick<Task, "first" | "count" | "key">,
    epoch: number,
    breath: Breath,
  ): Promise<number | undefined> {
    const network = this.#network;
    const { kernel, shape } = network;
    const shards = shardsOf(first, count);
    const threads = threadsFor(shape, placed.steps, count, this.threads);
    const border = (thread: number) => Math.floor((shards.length * thread) / threads);
    const weight = weightOf(network, placed, first, count);
    if (weight === 0) return undefined;
    const batch = { first, count, key };
    const answers = this.#ask(threads - 1, (i) => ({ ...batch, epoch, from: border(i + 1), to: border(i + 2) }));
    let sum = 0;
    network.pack(work.training);
    for (const shard of shards.slice(0, border(1))) {
      sum += await breath.through(shardGradient({ network, work, data: placed, batch, shard }));
      addShardGradient(network, work, weight);
    }
    for (const { sums, gradients } of await answers) {
      gradients.forEach((gradient, i) => {
        sum += sums[i]!;
        kernel.floats(work.training.shardGradient).set(gradient);
        addShardGradient(network, work, weight);
      });
    }
    return sum / weight;
  }

  /** Sends the first helpers their tasks. */
  #ask(count: number, taskOf: (helper: number) => Omit<Task, "buffer">): Promise<Exchange[]> {
    const { kernel, parameters } = this.#network;
    const numbers = kernel.floats(parameters);
    const answers = Promise.all(
      this.#helpers.slice(0, count).map((helper, i) =>
        helper.run(taskOf(i), numbers).catch((cause: Error) => {
          throw new Error(
            `training on ${this.threads} threads: worker ${i + 1} stopped (${cause.message}); the network is as after its last update: go on from its checkpoint, or with threads: 1`,
            { cause },
          );
        }),
      ),
    );
    answers.catch(() => {}); // awaited once this thread has done its own share
    return answers;
  }

  end(reason = "the pool was ended"): void {
    for (const helper of this.#helpers) helper.end(reason);
  }
}
