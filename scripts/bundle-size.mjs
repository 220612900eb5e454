import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** Bundles a module with all its imports; returns its size in bytes, minified and also gzipped. */
export async function bundleSize(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const { contents } = outputFiles[0];
  return { minified: contents.length, gzipped: gzipped(contents) };
}
