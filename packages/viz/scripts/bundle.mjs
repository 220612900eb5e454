// One minified ES module with d3 inside, for a page without a bundler.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
await build({
  entryPoints: [`${root}dist/index.js`],
  outfile: `${root}dist/sluice-viz.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "eof",
});
