// npm run pack: builds, then writes the tarballs that npm publish would upload to build/packages, or to the folder that is named.
// Packing changes package.json temporarily, so it runs in a copy, which does not disturb tests and editors.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { packageNames } from "./packages.mjs";
import { prepare, root } from "./prepare.mjs";

const NOT_PACKED = new Set(["node_modules", "src", "test", "assembly"]);

/** Packs the built packages into a folder; returns the entries of `npm pack --json`. */
export function packAll(destination) {
  mkdirSync(destination, { recursive: true });
  const copy = mkdtempSync(join(tmpdir(), "sluice-pack-"));
  try {
    for (const path of ["package.json", "LICENSE", "NOTICES.md", "scripts"]) {
      cpSync(`${root}${path}`, join(copy, path), { recursive: true });
    }
    for (const name of packageNames) {
      const from = `${root}packages/${name}`;
      const filter = (path) => !NOT_PACKED.has(path.slice(from.length + 1));
      cpSync(from, join(copy, "packages", name), { recursive: true, filter });
    }
    const args = ["pack", "--workspaces", "--json", "--pack-destination", resolve(destination)];
    const packed = JSON.parse(execFileSync("npm", args, { cwd: copy, encoding: "utf8", stdio: "pipe" }));
    return Object.values(packed); // an object by name since npm 11, an array before
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const destination = process.argv[2] ?? `${root}build/packages`;
  prepare();
  for (const { filename, size, entryCount } of packAll(destination)) {
    console.log(`${join(destination, filename)}: ${Math.round(size / 1000)} kB, ${entryCount} files`);
  }
}
