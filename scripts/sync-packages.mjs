// Part of npm run version-packages: writes the shared fields into each package.json and the version into the sources that state it.
import { readFileSync, writeFileSync } from "node:fs";
import { packageNames, readManifest, VERSION_LINE, versionFiles, withSharedFields } from "./packages.mjs";
import { root } from "./prepare.mjs";

for (const name of packageNames) {
  const manifest = withSharedFields(readManifest(name), name);
  writeFileSync(`${root}packages/${name}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}
const { version } = readManifest("model"); // the same in all: .changeset/config.json states them as one fixed group
for (const path of versionFiles()) {
  writeFileSync(path, readFileSync(path, "utf8").replace(VERSION_LINE, `$1${version}$3`));
}
