import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { resolveConfig } from "../src/config/config.js";
import { Network } from "../src/network/network.js";
import { trainingWorkspace } from "../src/passes/workspace.js";
import { toSequences } from "../src/tensors/sequences.js";
import { Pool } from "../src/threads/pool.js";
import { startWorker } from "../src/threads/threads-node.js";
import { Samples } from "../src/training/loop/samples.js";
import { yieldToEventLoop } from "../src/training/loop/yield-to-event-loop.js";
import { randomTensor } from "./random-network.js";

test("a process exits after training on threads, and after training that failed", async () => {
  const code = `
    import { Gru, tensor } from "@sluice/model";
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 48, outputSize: 1, cell: "reset-after" });
    const zeros = tensor(new Float32Array(20 * 96), [20, 96, 1]);
    const onEpoch = ({ epoch }) => { if (epoch === 1) throw new Error("enough"); };
    const { threads } = await gru.fit({ x: zeros, y: zeros }, { epochs: 1, threads: 2 });
    const message = await gru.fit({ x: zeros, y: zeros }, { epochs: 9, threads: 3, onEpoch }).catch((e) => e.message);
    console.log(threads, message);`;
  const args = ["--import", "tsx", "--conditions=@sluice/source", "--input-type=module", "--eval", code];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    timeout: 30_000,
  });
  expect(stdout.trim()).toBe("2 enough");
});

test("a worker thread that exits rejects the update", async () => {
  const config = resolveConfig({ inputSize: 1, hiddenSize: 48, outputSize: 1, cell: "reset-after" });
  const network = await Network.create(config);
  const data = { x: randomTensor([20, 96, 1], 1), y: randomTensor([20, 96, 1], 2) };
  const script = `
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", (m) => m.module ? parentPort.postMessage({ ready: true }) : process.exit(3));`;
  const entry = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  const set = { data: toSequences(data, config, 1), states: undefined, seed: 1, shuffle: false };
  const pool = await Pool.start(network, { set, loss: "mse", batchSize: 96, segment: 20 }, 2, (listener) =>
    startWorker(listener, entry),
  );
  const samples = new Samples(network, set);
  const work = trainingWorkspace(network, { rows: 96, steps: 20, segment: 20 });
  const update = pool!.meanLoss(
    work,
    samples,
    { first: 0, count: 96, key: [0, 0], epoch: 0 },
    yieldToEventLoop(() => {}),
  );
  await expect(update).rejects.toThrow(/worker 1 stopped \(exit code 3\)/);
});
