/**
 * Side by side with peers, in one go: every figure is a ratio within this run. Medians of nine alternating rounds.
 *   npm run bench            all of it
 *   npm run bench -- matmul  the parts whose names are given: ceiling, matmul, training, inference, growth, threads, start
 * Writes bench/results.json. The peers are installed on the first use, into bench/node_modules.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { ceilingLoops } from "./ceiling.js";
import { growth } from "./growth.js";
import { inference } from "./inference.js";
import { matmulRates } from "./matmul.js";
import { startTorch } from "./peers/torch.js";
import { startUp } from "./start.js";
import { threads } from "./threads.js";
import { race } from "./timing.js";
import { training } from "./training.js";

const here = fileURLToPath(new URL(".", import.meta.url));
if (!existsSync(`${here}node_modules`)) {
  console.error("installing the peers");
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: here,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) process.exit(1);
}

const asked = process.argv.slice(2);
const wanted = (part: string) => asked.length === 0 || asked.includes(part);

console.log(`${cpus()[0]?.model.trim()}, ${arch()}, Node ${process.version}`);

// always: the other parts are fractions of it
const loops = await ceilingLoops();
const rates = await race(loops);
const ceiling = Math.max(...loops.map(({ name, operations }) => operations / rates[name]!.minimum / 1e6));
console.log(
  `\nceiling: ${ceiling.toFixed(1)} GFLOP/s (${loops.map(({ name, operations }) => `${name} ${(operations / rates[name]!.minimum / 1e6).toFixed(1)}`).join(", ")})`,
);

const torch = wanted("training") || wanted("inference") ? await startTorch() : undefined;
if (!torch) console.log("PyTorch: not installed (Debian: apt-get install python3-torch)");

const results: Record<string, unknown> = existsSync(`${here}results.json`)
  ? JSON.parse(readFileSync(`${here}results.json`, "utf8"))
  : {};
Object.assign(results, {
  machine: cpus()[0]?.model.trim(),
  node: process.version,
  torch: torch?.version ?? null,
  ceiling,
});
if (wanted("matmul")) results["matmul"] = await matmulRates(ceiling);
if (wanted("training")) results["training"] = await training(ceiling, torch);
if (wanted("inference")) results["inference"] = await inference(torch);
if (wanted("growth")) results["growth"] = await growth();
if (wanted("threads")) results["threads"] = await threads();
if (wanted("start")) results["start"] = await startUp();
torch?.end();
writeFileSync(`${here}results.json`, `${JSON.stringify(results, null, 2)}\n`);
