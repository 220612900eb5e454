import { segmentOf } from "../../network/memory-plan.js";
import type { Network } from "../../network/network.js";
import { place } from "../../network/placement.js";
import { evaluate } from "../../passes/evaluate.js";
import { placeLoss } from "../../passes/losses.js";
import { meanLoss } from "../../passes/mean-loss.js";
import { type TrainingWorkspace, trainingWorkspace } from "../../passes/workspace.js";
import type { TrainingState } from "../checkpoint/training-state.js";
import type { Executor, WorkerPool } from "../executor.js";
import type { FitOptions } from "../options/fit-options.js";
import { carriesState, type FitPlan } from "../options/fit-plan.js";
import { longestWindow } from "../options/truncation.js";
import { batchesPerEpoch, nextBatch } from "./batches.js";
import { Samples } from "./samples.js";
import { Updater } from "./updater.js";
import { type Yielder, yieldToEventLoop } from "./yield-to-event-loop.js";

/** A training run and its resources. */
export interface Run {
  readonly network: Network;
  readonly seed: number;
  readonly plan: FitPlan;
  readonly options: FitOptions;
  readonly state: TrainingState;
  readonly executor: Executor;
  /** Throws if the run was aborted or its network was disposed. */
  readonly throwIfStopped: () => void;
  /** Returns a promise after an epoch if the run must wait for its listener. */
  readonly throttle?: (() => Promise<void> | undefined) | undefined;
}

/** What the updates of a run use. */
interface Resources {
  readonly work: TrainingWorkspace;
  readonly samples: Samples;
  readonly yielder: Yielder;
  readonly pool: WorkerPool | undefined;
}

/** Trains from the current state to the last epoch, on this thread and a worker pool if one is used. Returns the number of threads. */
export async function trainHere(run: Run): Promise<number> {
  const { network, plan, options, state, executor, throwIfStopped } = run;
  const { kernel } = network;
  const { progress } = state;
  const { training, validation, batchSize, loss } = plan;
  const { epochs, onEpoch, gradientCheckpointing = false, shuffle = false } = options;
  const set = { ...training, seed: run.seed, shuffle };
  const steps = longestWindow(plan.windows);
  const segment = segmentOf(steps, gradientCheckpointing);
  const top = kernel.arena.top;
  const yielder = yieldToEventLoop(throwIfStopped);
  const updater = new Updater(network, plan, options, state);
  let pool: WorkerPool | undefined;
  try {
    const samples = new Samples(network, set);
    const validationData = validation && place(network, validation.data, validation.states);
    const size = {
      rows: batchSize,
      steps,
      segment,
      masked: training.data.flags !== undefined,
      carries: carriesState(plan),
    };
    const work = trainingWorkspace(network, size, placeLoss(kernel, loss));
    if (progress.waiting > 0) kernel.floats(work.training.gradient).set(state.gradient!);
    const threads = await threadCount(run);
    pool = threads > 1 ? await executor.startPool(network, { set, loss, batchSize, segment }, threads) : undefined;
    const resources = { work, samples, yielder, pool };
    while (progress.epoch < epochs && !updater.stoppedEarly) {
      samples.setEpoch(progress.epoch);
      while (progress.batch < batchesPerEpoch(plan)) {
        throwIfStopped();
        const batchLoss = await nextBatchLoss(run, resources);
        throwIfStopped();
        // only once the batch is complete, so that a checkpoint taken during it holds the states before it
        if (work.carried) state.carried!.set(kernel.floats(work.carried.source));
        updater.endBatch(work.training.gradient, batchLoss);
        await yielder.yieldIfDue();
      }
      throwIfStopped();
      const validationLoss =
        validationData && updater.validationDue
          ? await yielder.run(evaluate(network, validationData, loss))
          : undefined;
      const event = updater.endEpoch(validationLoss);
      onEpoch?.(event);
      await run.throttle?.();
      await yielder.yieldIfDue();
      throwIfStopped();
    }
    return pool?.threads ?? 1;
  } finally {
    yielder.close();
    pool?.end();
    kernel.arena.release(top);
  }
}

/** Computes the loss of the next batch, and its gradients into the workspace; undefined if all its weights are 0. */
async function nextBatchLoss(
  { network, seed, plan, state }: Run,
  { work, samples, yielder, pool }: Resources,
): Promise<number | undefined> {
  const batch = nextBatch(plan, seed, state.progress);
  if (pool) return pool.meanLoss(work, samples, { ...batch, epoch: state.progress.epoch }, yielder);
  const pass = meanLoss(network, work, samples.placed, batch);
  if (!work.carried) return yielder.run(pass);
  network.kernel.floats(work.carried.source).set(state.carried!);
  return yielder.run(pass);
}

async function threadCount({ network, plan, options: { threads = 1 }, executor }: Run): Promise<number> {
  if (threads === 1 || carriesState(plan)) return 1; // loads no thread code
  return executor.threadCount(network.shape, plan.training.data.steps, plan.batchSize, threads);
}
