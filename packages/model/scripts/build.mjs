// Bundles the entries of this package, each with the kernel inside: one file loads faster than many in a cold process.
// tsc has written the types before.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const options = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 500,
  logLevel: "warning",
  footer: { js: "export {};" }, // marks the file as a module for tools that search its text, such as publint
  conditions: ["@sluice/source"], // of the kernel package: each of its built entries has its own copy of what they share
};
const threads = ["threads-node", "threads-web", "worker-node"].map((name) => `src/threads/${name}.ts`);
await build({
  ...options,
  entryPoints: ["src/index.ts", "src/inspect.ts", ...threads],
  external: ["#threads", "node:*"], // Node and pages have different threads, selected by an export condition
  outdir: "dist",
});
// one module for a page without a bundler, beside the worker script that it starts: import maps do not apply in workers
await build({
  ...options,
  entryPoints: [
    { in: "src/index.ts", out: "sluice-model" },
    { in: "src/threads/worker.ts", out: "worker" },
  ],
  alias: { "#threads": "./src/threads/threads-web.ts" },
  outdir: "dist/threads",
});
