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
  startPool: (network, job, threads, throwIfStopped) => Pool.start(network, job, threads, throwIfStopped),
  async startRun(request, listener, throwIfStopped) {
    try {
      return await RemoteRun.start((await import("#threads")).startWorker, request, listener, throwIfStopped);
    } catch (error) {
      // a page with an import map may not know the specifier
      if (error instanceof TypeError && /module/i.test(error.message)) return { unavailable: error.message };
      throw error;
    }
  },
};
