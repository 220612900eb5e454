import { segmentOf } from "../network/memory-plan.js";
import type { Network } from "../network/network.js";
import { place } from "../network/placement.js";
import { evaluate } from "../passes/evaluate.js";
import { placeLoss } from "../passes/losses.js";
import { meanLoss } from "../passes/mean-loss.js";
import { type TrainingWorkspace, trainingWorkspace } from "../passes/workspace.js";
import { Pool } from "../threads/pool.js";
import { threadsFor } from "../threads/threads-for.js";
import { batchesOf, nextBatch } from "./batches.js";
import { type Breath, breathing } from "./breath.js";
import { Course } from "./course.js";
import type { FitOptions } from "./fit-options.js";
import { carries, type FitPlan } from "./fit-plan.js";
import { Samples } from "./samples.js";
import type { TrainingState } from "./state.js";
import { longestOf } from "./truncation.js";

/** What a run is made of. */
export interface Run {
  readonly network: Network;
  readonly seed: number;
  readonly plan: FitPlan;
  readonly options: FitOptions;
  readonly state: TrainingState;
  /** Throws where the run is to end. */
  readonly check: () => void;
  /** Holds training back after an epoch, where it gives something to wait for. */
  readonly pace?: (() => Promise<void> | undefined) | undefined;
}

/** Goes on from the state to the last epoch, on this thread and those that share its updates: their number. */
export async function trainHere(run: Run): Promise<number> {
  const { network, plan, options, state, check } = run;
  const { kernel } = network;
  const { progress } = state;
  const { training, validation, batchSize, loss } = plan;
  const { epochs, onEpoch, gradientCheckpointing = false, shuffle = false } = options;
  const set = { ...training, seed: run.seed, shuffle };
  const steps = longestOf(plan.windows);
  const segment = segmentOf(steps, gradientCheckpointing);
  const top = kernel.arena.top;
  const breath = breathing(check);
  const course = new Course(network, plan, options, state);
  let pool: Pool | undefined;
  try {
    const samples = new Samples(network, set);
    const watched = validation && place(network, validation.data, validation.states);
    const size = {
      rows: batchSize,
      steps,
      segment,
      masked: training.data.flags !== undefined,
      carries: carries(plan),
    };
    const work = trainingWorkspace(network, size, placeLoss(kernel, loss));
    if (progress.waiting > 0) kernel.floats(work.training.gradient).set(state.gradient!);
    const threads = await threadsOf(run);
    pool = threads > 1 ? await Pool.start(network, { set, loss, batchSize, segment }, threads) : undefined;
    while (progress.epoch < epochs && !course.stopped) {
      samples.lay(progress.epoch);
      while (progress.batch < batchesOf(plan)) {
        check();
        const lossOfBatch = await lossOfNext(run, work, samples, breath, pool);
        check();
        if (work.carried) state.carried!.set(kernel.floats(work.carried.source)); // with the batch's end, not before it
        course.endBatch(work.training.gradient, lossOfBatch);
        await breath.take();
      }
      check();
      const validates = watched && course.validates;
      const event = course.endEpoch(validates ? await breath.through(evaluate(network, watched, loss)) : undefined);
      onEpoch?.(event);
      await run.pace?.();
      await breath.take();
      check();
    }
    return pool?.threads ?? 1;
  } finally {
    breath.end();
    pool?.end();
    kernel.arena.release(top);
  }
}

/** The loss of the batch that comes next, its gradients in the workspace; undefined where nothing of it counts. */
async function lossOfNext(
  { network, seed, plan, state }: Run,
  work: TrainingWorkspace,
  samples: Samples,
  breath: Breath,
  pool: Pool | undefined,
): Promise<number | undefined> {
  const batch = nextBatch(plan, seed, state.progress);
  if (pool) return pool.meanLoss(work, samples, batch, state.progress.epoch, breath);
  const pass = meanLoss(network, work, samples.placed, batch);
  if (!work.carried) return breath.through(pass);
  network.kernel.floats(work.carried.source).set(state.carried!);
  return breath.through(pass);
}

/** Threads that the options ask for and that have enough to do. */
async function threadsOf({ network, plan, options: { threads = 1 } }: Run): Promise<number> {
  if (threads === 1 || carries(plan)) return 1; // nothing of threads is loaded where nobody asks for them
  const most = threads === "auto" ? (await import("#threads")).processors() : threads;
  return threadsFor(network.shape, plan.training.data.steps, plan.batchSize, most);
}
