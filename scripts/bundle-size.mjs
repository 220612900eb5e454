import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** Bytes of a module with all that it imports, minified, and then gzipped. */
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
