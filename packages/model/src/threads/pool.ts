import type { Network } from "../network/network.js";
import { weightOf } from "../network/placement.js";
import { shardsOf } from "../passes/shard-context.js";
import { addShardGradient, shardGradient } from "../passes/shard-gradient.js";
import type { TrainingWorkspace } from "../passes/workspace.js";
import type { PoolJob, WorkerPool } from "../training/executor.js";
import type { Samples } from "../training/loop/samples.js";
import type { Yielder } from "../training/loop/yield-to-event-loop.js";
import { type Answer, Exchange, type Job, type Task } from "./exchange.js";
import { threadCount } from "./thread-count.js";
import type { StartWorker, WorkerHandle } from "./worker-handle.js";

/** A worker that answers one request at a time. */
class PoolWorker {
  readonly #handle: WorkerHandle;
  #resolve: ((answer: Answer) => void) | undefined;
  /** The reason why the worker no longer responds. */
  #stopped: string | undefined;
  /** Reused by the next task if it is large enough. */
  #buffer: ArrayBufferLike = new ArrayBuffer(0);

  constructor(start: StartWorker) {
    this.#handle = start({
      message: (message) => this.#resolve?.(message as Answer),
      stopped: (reason) => this.end(reason),
    });
  }

  async setUp(job: Job): Promise<void> {
    await this.#request(job, []);
  }

  /** Computes the sums and gradients of some shards. */
  async run(task: Omit<Task, "buffer">, parameters: Float32Array): Promise<Exchange> {
    const n = task.to - task.from;
    const bytes = Exchange.bytes(n, parameters.length);
    if (this.#buffer.byteLength < bytes) this.#buffer = Exchange.allocate(bytes);
    new Exchange(this.#buffer, n, parameters.length).parameters.set(parameters);
    const answer = await this.#request({ ...task, buffer: this.#buffer }, Exchange.transfer(this.#buffer));
    if ("buffer" in answer) this.#buffer = answer.buffer;
    return new Exchange(this.#buffer, n, parameters.length);
  }

  end(reason = "the pool has ended"): void {
    this.#stopped ??= reason;
    this.#resolve?.({ error: this.#stopped });
    this.#handle.end();
  }

  async #request(message: Job | Task, transfer: ArrayBuffer[]): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve) => {
      this.#resolve = resolve;
      if (this.#stopped === undefined) this.#handle.post(message, transfer);
      else resolve({ error: this.#stopped });
    });
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }
}

/** This thread and workers, each with a separate kernel. */
export class Pool implements WorkerPool {
  readonly #network: Network;
  readonly #workers: readonly PoolWorker[];

  private constructor(network: Network, workers: readonly PoolWorker[]) {
    this.#network = network;
    this.#workers = workers;
  }

  /** Starts a pool of `threads` threads; undefined if workers are not available. */
  static async start(
    network: Network,
    job: PoolJob,
    threads: number,
    start?: StartWorker,
  ): Promise<Pool | undefined> {
    const workers: PoolWorker[] = [];
    try {
      const startWorker = start ?? (await import("#threads")).startWorker;
      while (workers.length < threads - 1) workers.push(new PoolWorker(startWorker));
      const setup: Job = { ...job, module: network.kernel.module, shape: network.shape };
      await Promise.all(workers.map((worker) => worker.setUp(setup)));
      return new Pool(network, workers);
    } catch {
      for (const worker of workers) worker.end();
      return undefined;
    }
  }

  get threads(): number {
    return this.#workers.length + 1;
  }

  /** Each thread computes consecutive shards; sums and gradients are added here in the order of the shards. */
  async meanLoss(
    work: TrainingWorkspace,
    { placed }: Samples,
    { first, count, key, epoch }: Pick<Task, "first" | "count" | "key" | "epoch">,
    yielder: Yielder,
  ): Promise<number | undefined> {
    const network = this.#network;
    const { kernel, shape } = network;
    const shards = shardsOf(first, count);
    const threads = threadCount(shape, placed.steps, count, this.threads);
    const firstShard = (thread: number) => Math.floor((shards.length * thread) / threads);
    const weight = weightOf(network, placed, { first, count });
    if (weight === 0) return undefined;
    const batch = { first, count, key };
    const results = this.#runTasks(threads - 1, (worker) => ({
      ...batch,
      epoch,
      from: firstShard(worker + 1),
      to: firstShard(worker + 2),
    }));
    let sum = 0;
    network.pack(work.training);
    for (const shard of shards.slice(0, firstShard(1))) {
      sum += await yielder.run(shardGradient({ network, work, data: placed, batch, shard }));
      addShardGradient(network, work, weight);
    }
    for (const { sums, gradients } of await results) {
      gradients.forEach((gradient, i) => {
        sum += sums[i]!;
        kernel.floats(work.training.shardGradient).set(gradient);
        addShardGradient(network, work, weight);
      });
    }
    return sum / weight;
  }

  /** Runs a task on each of the first `count` workers. */
  #runTasks(count: number, taskOf: (worker: number) => Omit<Task, "buffer">): Promise<Exchange[]> {
    const { kernel, parameters } = this.#network;
    const values = kernel.floats(parameters);
    const results = Promise.all(
      this.#workers.slice(0, count).map((worker, i) =>
        worker.run(taskOf(i), values).catch((cause: Error) => {
          throw new Error(
            `training on ${this.threads} threads: worker ${i + 1} stopped (${cause.message}); the network has the weights of the last update: resume from a checkpoint, or use threads: 1`,
            { cause },
          );
        }),
      ),
    );
    results.catch(() => {}); // awaited after this thread's own share
    return results;
  }

  end(): void {
    for (const worker of this.#workers) worker.end();
  }
}
