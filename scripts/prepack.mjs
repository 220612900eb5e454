// npm runs this in a package's folder before it packs: adds the license and the notices, and removes the export condition
// @sluice/source from package.json, because sources are not packed. postpack.mjs undoes it.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "./prepare.mjs";

const SAVED = "package.json.saved";

if (existsSync(SAVED)) {
  throw new Error(
    `${SAVED}: expected none, got one of an interrupted npm pack; rename it to package.json, or remove it`,
  );
}
const manifest = JSON.parse(readFileSync("package.json", "utf8"), (key, value) =>
  key === "@sluice/source" ? undefined : value,
);

/** The files that exports, imports and bin refer to. */
const targets = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry ?? {}).flatMap(targets));
const missing = [manifest.exports, manifest.imports, manifest.bin]
  .flatMap(targets)
  .filter((path) => !existsSync(path));
if (missing.length > 0) {
  throw new Error(`${manifest.name}: expected built files, but ${missing.join(", ")} is missing; run npm run build`);
}

copyFileSync("package.json", SAVED);
writeFileSync("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(`${root}LICENSE`, "LICENSE");
if (manifest.files.includes("NOTICES.md")) copyFileSync(`${root}NOTICES.md`, "NOTICES.md");
