import type { Executor } from "../training/executor.js";
import { Pool } from "./pool.js";
import { RemoteRun } from "./remote-run.js";
import { threadCount } from "./thread-count.js";

/** undefined in a page that maps package names to files but not this one: training then runs on the page's own thread. */
const loadThreads = () => import("#threads").catch(() => undefined);

/** Runs training on workers: worker threads in Node, Web Workers in pages. Their code is loaded on first use. */
export const executor: Executor = {
  async threadCount(shape, steps, rows, limit) {
    const most = limit === "auto" ? ((await loadThreads())?.processors() ?? 1) : limit;
    return threadCount(shape, steps, rows, most);
  },
  startPool: (network, job, threads) => Pool.start(network, job, threads),
  async startRun(request, listener) {
    const threads = await loadThreads();
    return threads && RemoteRun.start(threads.startWorker, request, listener);
  },
};
