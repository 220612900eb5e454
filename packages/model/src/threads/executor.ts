import type { Executor } from "../training/executor.js";
import { Pool } from "./pool.js";
import { RemoteRun } from "./remote-run.js";
import { threadCount } from "./thread-count.js";

/** Runs training on workers: worker threads in Node, Web Workers in pages. Their code is loaded on first use. */
export const executor: Executor = {
  async threadCount(shape, steps, rows, limit) {
    const most = limit === "auto" ? (await import("#threads")).processors() : limit;
    return threadCount(shape, steps, rows, most);
  },
  startPool: (network, job, threads) => Pool.start(network, job, threads),
  async startRun(request, listener) {
    return RemoteRun.start((await import("#threads")).startWorker, request, listener);
  },
};
