/** Checks the fields and the version that all packages share; npm run version-packages copies them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageNames, readManifest, VERSION_LINE, versionFiles, withSharedFields } from "../scripts/packages.mjs";

const { version } = readManifest("model");

test.each(packageNames)(
  "%s has the fields of the root's package.json, and its dependencies have its version",
  (name) => {
    const manifest = readManifest(name);
    expect(manifest).toEqual(withSharedFields(manifest, name));
  },
);

test.each(packageNames)("%s has the version of the other packages", (name) => {
  expect(readManifest(name).version).toBe(version);
});

test("cli and pipeline state their version in a version.ts", () => {
  const folders = versionFiles().map((path) => /packages\/([^/]+)\//.exec(path)?.[1]);
  expect(folders.sort()).toEqual(["cli", "pipeline"]);
});

test.each(versionFiles())("%s states the version of package.json", (path) => {
  expect(VERSION_LINE.exec(readFileSync(path, "utf8"))?.[2]).toBe(version);
});
