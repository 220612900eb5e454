import { afterEach, expect, test, vi } from "vitest";
import { startWorker } from "#threads";
import { resolveConfig } from "../src/config/config.js";
import {
  type Cell,
  DivergedError,
  defaultConvention,
  type FitOptions,
  Gru,
  type GruConfig,
  sgd,
} from "../src/index.js";
import { Network } from "../src/network/network.js";
import { trainingWorkspace } from "../src/passes/workspace.js";
import { toSequences } from "../src/tensors/sequences.js";
import { Exchange } from "../src/threads/exchange.js";
import { Pool } from "../src/threads/pool.js";
import { threadCount } from "../src/threads/thread-count.js";
import { waitFor } from "../src/threads/wait-for.js";
import type { StartWorker, WorkerListener } from "../src/threads/worker-handle.js";
import { Samples } from "../src/training/loop/samples.js";
import { yieldToEventLoop } from "../src/training/loop/yield-to-event-loop.js";
import { bits, randomNetwork, randomTensor } from "./random-network.js";

const config: GruConfig = { inputSize: 2, hiddenSize: 33, outputSize: 3, cell: "reset-before", seed: 3 };
/** Batches of 170, which are five full shards and a partial one, and of 100. */
const [T, SAMPLES, BATCH] = [20, 270, 170];
const data = { x: randomTensor([T, SAMPLES, 2], 1), y: randomTensor([T, SAMPLES, 3], 2) };
const options: FitOptions = {
  epochs: 3,
  batchSize: BATCH,
  shuffle: true,
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
  clip: { kind: "global-norm", maxNorm: 0.5 },
};

afterEach(() => void vi.unstubAllGlobals());

const parametersOf = (gru: Gru) =>
  Object.values(gru.stateDict(defaultConvention(gru.config.cell))).map(({ data }) => bits(data));

/** Losses, threads and the bits of the parameters after a few epochs. */
async function train(threads: FitOptions["threads"], more: Partial<FitOptions> = {}, cell = config.cell) {
  const gru = await randomNetwork({ ...config, cell });
  const {
    threads: used,
    fallback,
    ...history
  } = await gru.fit(data, {
    ...options,
    ...more,
    ...(threads && { threads }),
  });
  const parameters = parametersOf(gru);
  gru.dispose();
  return { used, fallback, result: { history, parameters } };
}

test.each<Cell>(["reset-before", "reset-after", "memoryless"])(
  "%s: 2, 3 and 5 threads have the bits of one",
  async (cell) => {
    const one = await train(undefined, {}, cell);
    expect(one.used).toBe(1);
    for (const threads of [2, 3, 5]) {
      const { used, result } = await train(threads, {}, cell);
      expect(used).toBe(threads);
      expect(result).toEqual(one.result);
    }
  },
);

test("without shared memory, by messages", async () => {
  const { result } = await train(1);
  vi.stubGlobal("SharedArrayBuffer", undefined);
  expect(await train(3)).toEqual({ used: 3, result });
});

test("numbers are in shared memory if the page allows it, else transferred", () => {
  expect(Exchange.allocate(8)).toBeInstanceOf(SharedArrayBuffer);
  vi.stubGlobal("crossOriginIsolated", false);
  expect(Exchange.allocate(8)).toBeInstanceOf(ArrayBuffer);
  vi.stubGlobal("crossOriginIsolated", true);
  vi.stubGlobal("SharedArrayBuffer", undefined);
  const buffer = Exchange.allocate(8);
  expect(Exchange.transfer(buffer)).toEqual([buffer]);
});

test("with initial states, validation and gradient checkpointing", async () => {
  const more: Partial<FitOptions> = {
    initialState: randomTensor([1, SAMPLES, 33], 5),
    validation: { x: randomTensor([T, 4, 2], 3), y: randomTensor([T, 4, 3], 4) },
  };
  const { result } = await train(1, more);
  expect(await train(2, { ...more, gradientCheckpointing: true })).toEqual({ used: 2, result });
});

test("a network can be used during training on threads", async () => {
  const { result } = await train(1);
  const gru = await randomNetwork(config);
  const timer = setInterval(() => void gru.backward(data.x, data.y), 0);
  const { threads, ...history } = await gru.fit(data, { ...options, threads: 2 });
  clearInterval(timer);
  expect(threads).toBe(2);
  expect({ history, parameters: parametersOf(gru) }).toEqual(result);
});

test("the number of threads depends on the shape", () => {
  const gru = (H: number) => resolveConfig({ cell: "reset-before", inputSize: 1, hiddenSize: H, outputSize: 1 });
  expect(threadCount(gru(16), 19, 180, 64)).toBe(1); // the notebook's
  expect(threadCount(gru(64), 19, 1024, 2)).toBe(2);
  expect(threadCount(gru(64), 19, 1024, 64)).toBe(32); // one for each shard
  expect(threadCount(gru(256), 1000, 32, 64)).toBe(1);
});

test("auto uses the threads of the machine, at most what the shape allows", async () => {
  const { used, result } = await train("auto");
  expect(used).toBeGreaterThanOrEqual(1);
  expect(used).toBeLessThanOrEqual(6);
  expect(result).toEqual((await train(1)).result);
});

test.each([0, 1.5, "all"])("threads: %s throws", async (threads) => {
  const gru = await Gru.create(config);
  await expect(gru.fit(data, { ...options, threads } as FitOptions)).rejects.toThrow(/^threads: expected/);
});

test("an aborted run resumes on another number of threads with the same bits", async () => {
  const { result } = await train(1);
  const first = await randomNetwork(config);
  const abort = new AbortController();
  const onEpoch = () => abort.abort();
  const run = first.fit(data, { ...options, threads: 2, signal: abort.signal, onEpoch });
  await expect(run).rejects.toThrow(/abort/i);
  expect(await train(3, { resume: first.checkpoint() })).toEqual({ used: 3, result });
});

test("divergence throws a DivergedError, as on one thread", async () => {
  const optimizer = sgd({ learningRate: 1e20 });
  const error = async (threads: number) =>
    train(threads, { epochs: 50, optimizer, clip: { kind: "value", maxValue: 1e30 } }).catch((e: unknown) => e);
  const one = await error(1);
  expect(one).toBeInstanceOf(DivergedError);
  expect(await error(2)).toEqual(one);
});

test.each([1, 2])("%i threads: disposing a network during training rejects", async (threads) => {
  const gru = await randomNetwork(config);
  const run = gru.fit(data, {
    ...options,
    epochs: 1e6,
    threads,
    onEpoch: ({ epoch }) => epoch === 2 && gru.dispose(),
  });
  await expect(run).rejects.toThrow(/the network was disposed during training/);
  const later = await randomNetwork(config);
  setTimeout(() => later.dispose(), 30);
  await expect(later.fit(data, { ...options, epochs: 1e6, threads })).rejects.toThrow(/disposed/);
});

/** A pool for `data` with workers started by `start`, and its first update. */
async function poolOf(start: StartWorker, threads = 3, throwIfStopped = () => {}) {
  const shape = resolveConfig(config);
  const network = await Network.create(shape);
  const set = { data: toSequences(data, shape, 3), states: undefined, seed: 1, shuffle: false };
  const job = { set, loss: "mse", batchSize: BATCH, segment: T } as const;
  const started = await Pool.start(network, job, threads, throwIfStopped, start);
  const pool = started instanceof Pool ? started : undefined;
  const samples = new Samples(network, set);
  samples.setEpoch(0);
  const work = trainingWorkspace(network, { rows: BATCH, steps: T, segment: T });
  const batch = { first: 0, count: BATCH, key: [0, 0], epoch: 0 } as const;
  return {
    pool,
    unavailable: "unavailable" in started ? started.unavailable : "",
    update: () =>
      pool!.meanLoss(
        work,
        samples,
        batch,
        yieldToEventLoop(() => {}),
      ),
  };
}

const silent: StartWorker = () => ({ post: () => {}, end: () => {} });

test("an abort ends a run whose workers never answer", async () => {
  let stopped = false;
  const throwIfStopped = () => {
    if (stopped) throw new Error("aborted");
  };
  setTimeout(() => {
    stopped = true;
  }, 20);
  await expect(poolOf(silent, 3, throwIfStopped)).rejects.toThrow("aborted");
  stopped = false;
  const { pool, update } = await poolOf(
    ({ message }) => ({
      post: (sent) => "module" in (sent as object) && setTimeout(() => message({ ready: true })),
      end: () => {},
    }),
    3,
    throwIfStopped,
  );
  const waiting = update();
  stopped = true;
  await expect(waiting).rejects.toThrow("aborted");
  pool!.end();
});

test("a worker that does not answer within the limit is taken for dead", async () => {
  await expect(waitFor(new Promise(() => {}), () => {}, 100)).rejects.toThrow(/no answer for 0\.1 seconds/);
  expect(await waitFor(Promise.resolve(3), () => {}, 100)).toBe(3);
});

test.each<[string, StartWorker]>([
  [
    "are not known here",
    () => {
      throw new ReferenceError("Worker is not defined");
    },
  ],
  [
    "may not be started",
    ({ stopped }) => {
      setTimeout(() => stopped("refused by a policy"));
      return { post: () => {}, end: () => {} };
    },
  ],
  [
    "have no memory",
    ({ message }) => ({
      post: () => void setTimeout(() => message({ error: "kernel memory: the engine gave no 1 bytes" })),
      end: () => {},
    }),
  ],
])("no pool starts if workers %s", async (_, start) => {
  const { pool, unavailable } = await poolOf(start);
  expect(pool).toBeUndefined();
  expect(unavailable).toMatch(/not defined|policy|kernel memory/);
});

test("if one worker does not start, the others are terminated", async () => {
  let [started, ended] = [0, 0];
  const start: StartWorker = (listener) => {
    if (++started === 2) throw new Error("no more");
    const handle = startWorker(listener);
    return {
      ...handle,
      end: () => {
        ended++;
        handle.end();
      },
    };
  };
  expect((await poolOf(start)).pool).toBeUndefined();
  expect(ended).toBe(1);
});

test("a worker that stops rejects the current update and all later ones", async () => {
  const listeners: WorkerListener[] = [];
  const { pool, update } = await poolOf((listener) => {
    listeners.push(listener);
    return startWorker(listener);
  });
  expect(await update()).toBeGreaterThan(0);
  const last = update();
  listeners[1]!.stopped("exit code 1");
  const message =
    /training on 3 threads: worker 2 stopped \(exit code 1\).* resume from a checkpoint, or use threads: 1/;
  await expect(last).rejects.toThrow(message);
  await expect(update()).rejects.toThrow(message);
  pool!.end();
});

// Node has its own workers
if (typeof Worker !== "undefined") {
  test("in a page without workers fit reports one thread", async () => {
    const { result } = await train(1);
    vi.stubGlobal("Worker", undefined);
    expect(await train(2)).toEqual({ used: 1, fallback: expect.stringMatching(/Worker/), result });
  });

  test("if the worker's script cannot be loaded, one thread trains", async () => {
    const Real = Worker;
    vi.stubGlobal(
      "Worker",
      class {
        constructor() {
          // biome-ignore lint/correctness/noConstructorReturn: replaces Worker by one with another script
          return new Real(new URL("./absent.js", import.meta.url), { type: "module" });
        }
      },
    );
    expect((await train(2)).used).toBe(1);
  });
}
