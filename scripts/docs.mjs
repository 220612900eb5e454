// npm run docs: writes the API reference of every entry of every package to build/api; typedoc.json has the options.
import { packageNames, readManifest } from "./packages.mjs";
import { prepare, run } from "./prepare.mjs";

prepare();
const entries = packageNames.flatMap((name) =>
  Object.values(readManifest(name).exports)
    .map((entry) => entry["@sluice/source"])
    .filter((path) => path !== undefined)
    .map((path) => `packages/${name}/${path.slice("./".length)}`),
);
if (!run("npx", ["typedoc", ...entries])) process.exitCode = 1;
