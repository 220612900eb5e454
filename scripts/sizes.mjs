// What users download, in bytes, and the most it may be.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "./prepare.mjs";

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return gzipped(outputFiles[0].contents);
}

const sizes = [
  ["kernel.wasm", readFileSync(`${root}packages/kernel-wasm/dist/kernel.wasm`).length, 32 * 1024],
  ["model with its kernel, gzipped", await bundle(`${root}packages/model/dist/index.js`), 30 * 1024],
  ["viz with d3, gzipped", gzipped(readFileSync(`${root}packages/viz/dist/sluice-viz.js`)), 40 * 1024],
];
for (const [name, size, limit] of sizes) {
  console.log(`  ${name}: ${size} bytes of at most ${limit}`);
  if (size > limit) process.exitCode = 1;
}
