// Prints the sizes of the files that users download, in bytes, each with its limit.
import { readFileSync } from "node:fs";
import { bundleSize, gzipped } from "./bundle-size.mjs";
import { root } from "./prepare.mjs";

const sizes = [
  ["kernel.wasm", readFileSync(`${root}packages/kernel-wasm/dist/kernel.wasm`).length, 32 * 1024],
  ["model with its kernel, gzipped", (await bundleSize(`${root}packages/model/dist/index.js`)).gzipped, 40 * 1024],
  ["viz with d3, gzipped", gzipped(readFileSync(`${root}packages/viz/dist/sluice-viz.js`)), 40 * 1024],
];
for (const [name, size, limit] of sizes) {
  console.log(`  ${name}: ${size} bytes of at most ${limit}`);
  if (size > limit) process.exitCode = 1;
}
