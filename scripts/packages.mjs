// The packages of this repository and their shared fields: those of the root's package.json, and the version.
import { readdirSync, readFileSync } from "node:fs";
import { root } from "./prepare.mjs";

export const packageNames = readdirSync(`${root}packages`);

export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
export const readManifest = (name) => readJson(`${root}packages/${name}/package.json`);

/** A package's package.json with the shared fields, and with its dependencies on the other packages at the same version. */
export function withSharedFields(manifest, name) {
  const { author, license, homepage, repository, bugs, engines } = readJson(`${root}package.json`);
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies ?? {}).map(([dependency, range]) => [
      dependency,
      dependency.startsWith("@sluice/") ? manifest.version : range,
    ]),
  );
  return {
    ...manifest,
    author,
    license,
    homepage: `${homepage}/tree/main/packages/${name}`,
    repository: { ...repository, directory: `packages/${name}` },
    bugs,
    publishConfig: { access: "public" },
    engines,
    ...(manifest.dependencies && { dependencies }),
  };
}

/** Source files that state a version: each is a version.ts with one line `export const …Version = "0.1.0";`. */
export function versionFiles() {
  return packageNames.flatMap((name) =>
    readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
      .filter((path) => /(^|[\\/])version\.ts$/.test(path))
      .map((path) => `${root}packages/${name}/src/${path}`),
  );
}

export const VERSION_LINE = /^(export const \w+Version = ")([^"]*)(";)$/m;
