/**
 * Side by side with peers, in one go: every figure is a ratio within this run.
 *   npm run bench                     all parts
 *   npm run bench -- matmul training  those that are named, after the ceiling, of which others are fractions
 * Writes bench/results.json, where parts that did not run stay as they were, and charts of it.
 */
import { printBars } from "./bars.js";
import { measureCeiling } from "./ceiling.js";
import { drawCharts } from "./charts.js";
import { growth } from "./growth.js";
import { inference, streamSteps } from "./inference.js";
import { matmulShares } from "./matmul.js";
import { notebook } from "./notebook.js";
import { startTorch, type Torch } from "./peers/torch.js";
import { raggedSizes } from "./ragged.js";
import { type Results, readResults, writeResults } from "./results.js";
import { startUp } from "./start-up.js";
import { threads } from "./threads.js";
import { training } from "./training.js";

type Part = (ceiling: number, torch: Torch | undefined) => Promise<Partial<Results>>;

const PARTS: Readonly<Record<string, Part>> = {
  ceiling: async () => ({}),
  matmul: async (ceiling) => ({ matmul: await matmulShares(ceiling) }),
  training: async (ceiling, torch) => ({ training: await training(ceiling, torch) }),
  ragged: async () => ({ ragged: await raggedSizes() }),
  notebook: async () => ({ notebook: await notebook() }),
  inference: async (_, torch) => ({ inference: await inference(torch) }),
  stream: async () => ({ stream: await streamSteps() }),
  growth: async () => ({ growth: await growth() }),
  threads: async () => ({ threads: await threads() }),
  start: async () => ({ start: await startUp() }),
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`bench: expected parts among ${Object.keys(PARTS).join(", ")}, got ${unknown}`);
  process.exit(1);
}

const results = readResults();
const torch = await startTorch();
console.log(`${results.machine}, Node ${results.node}; medians of ${results.rounds} alternating rounds`);
console.log(`load of others: ${results.load.toFixed(1)}`);
console.log(
  torch ? `PyTorch ${torch.version}, ${torch.blas}` : "no PyTorch here (Debian: apt-get install python3-torch)",
);
if (torch?.blas === "reference BLAS")
  console.log("  its matrices are multiplied by a reference: install libopenblas0-pthread for a fair comparison");

const ceiling = await measureCeiling();
Object.assign(results, { ceiling }, torch && { torch: { version: torch.version, blas: torch.blas } });
for (const [name, part] of Object.entries(PARTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  Object.assign(results, await part(ceiling.rate, torch));
  writeResults(results);
}
torch?.end();
printBars(results);
drawCharts(results);
