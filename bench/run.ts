/**
 * Compares the speed of Sluice with other libraries.
 *   npm run bench                     all parts
 *   npm run bench -- matmul training  only the named parts; the ceiling is always measured
 * Writes bench/results.json, in which the results of other parts stay, and charts of it. Only ratios within one run are comparable.
 */
import { measureCeiling } from "./ceiling.js";
import { drawCharts } from "./charts.js";
import { type Recorder, recorder } from "./conditions.js";
import { growth } from "./growth.js";
import { inference, streamSteps } from "./inference.js";
import { matmulShares } from "./matmul.js";
import { notebook } from "./notebook.js";
import { startTorch, type Torch } from "./peers/torch.js";
import { raggedSizes } from "./ragged.js";
import { type Results, readResults, writeResults } from "./results.js";
import { startUp } from "./start-up.js";
import { printTargets } from "./targets.js";
import { threads } from "./threads.js";
import { training } from "./training.js";

type Part = (recorder: Recorder, torch: Torch | undefined) => Promise<Partial<Results>>;

const PARTS: Readonly<Record<string, Part>> = {
  ceiling: async () => ({}),
  matmul: async ({ record }) => ({ matmul: await record("matmul", matmulShares) }),
  training: async (recorder, torch) => ({ training: await training(recorder, torch) }),
  ragged: async ({ record }) => ({ ragged: await record("ragged", raggedSizes) }),
  notebook: async ({ record }) => ({ notebook: await record("notebook", notebook) }),
  inference: async (recorder, torch) => ({ inference: await inference(recorder, torch) }),
  stream: async ({ record }) => ({ stream: await record("stream", streamSteps) }),
  growth: async ({ record }) => ({ growth: await record("growth", growth) }),
  threads: async ({ record }) => ({ threads: await record("threads", threads) }),
  start: async ({ record }) => ({ start: await record("start", startUp) }),
};
/** The parts that are compared with PyTorch. */
const WITH_TORCH = ["training", "inference"];

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`bench: expected parts among ${Object.keys(PARTS).join(", ")}, got ${unknown}`);
  process.exit(1);
}
const parts = Object.entries(PARTS).filter(([name]) => named.length === 0 || named.includes(name));

const results = readResults();
console.log(`${results.machine}, Node ${results.node}; medians of ${results.rounds} alternating rounds`);
const ceilingBench = await measureCeiling();
results.ceiling = ceilingBench.ceiling;
let torch: Torch | undefined;
if (parts.some(([name]) => WITH_TORCH.includes(name))) {
  torch = await startTorch(ceilingBench.ceiling.rate);
  if (torch) results.torch = torch.info;
}
const conditions = recorder(ceilingBench);
for (const [, part] of parts) {
  Object.assign(results, await part(conditions, torch));
  results.conditions = { ...results.conditions, ...conditions.conditions };
  writeResults(results);
}
torch?.peer?.end();
printTargets(results);
drawCharts(results);
