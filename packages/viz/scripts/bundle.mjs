// Writes dist/sluice-viz.js, one minified ES module that includes d3, for a page without a bundler.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const options = {
  absWorkingDir: root,
  entryPoints: ["dist/index.js"],
  bundle: true,
  format: "esm",
  target: "es2022",
};

// esbuild keeps the legal comments of sources; d3's license is in separate files
const { metafile } = await build({ ...options, metafile: true, write: false });
await build({
  ...options,
  minify: true,
  outfile: "dist/sluice-viz.js",
  footer: { js: `/*!\n${licensesOf(Object.keys(metafile.inputs))}*/` },
});
writeFileSync(join(root, "dist/sluice-viz.d.ts"), 'export * from "./index.js";\n');

/** The licenses of the packages that the files belong to; a text that several packages share is given once. */
function licensesOf(files) {
  const folders = new Set(files.flatMap((file) => packageFolder(join(root, file)) ?? []));
  const copyrights = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const [copyright, ...terms] = readFileSync(join(folder, "LICENSE"), "utf8").trim().split("\n");
    if (!copyright.startsWith("Copyright")) throw new Error(`${folder}/LICENSE: expected a first line "Copyright …"`);
    const text = terms.join("\n").trim();
    copyrights.set(text, `${copyrights.get(text) ?? ""}${name} ${version}: ${copyright}\n`);
  }
  return [...copyrights].map(([text, packages]) => `${packages}\n${text}\n`).join("\n");
}

/** The folder of the installed package that a file belongs to; undefined for a file of this package. */
function packageFolder(file) {
  if (!file.includes("/node_modules/")) return undefined;
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
