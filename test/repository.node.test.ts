/** Checks that the repository contains no build output, nothing specific to one machine, and the hash of the kernel that it builds. */

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");

test("no build output is committed", () => {
  expect(tracked.filter((path) => /(^|\/)(dist|build|generated|node_modules)\/|\.wasm$/.test(path))).toEqual([]);
});

test.each(tracked.filter((path) => path.endsWith("package-lock.json")))("%s names no host of a registry", (lock) => {
  const { packages } = JSON.parse(readFileSync(join(root, lock), "utf8")) as {
    packages: Record<string, { resolved?: string }>;
  };
  expect(Object.values(packages).filter(({ resolved }) => resolved?.startsWith("http"))).toEqual([]);
});

test.each([
  ["path of one machine", "(^|[^[:alnum:]_./-]|file://)/(home|root|work|Users)/"],
  ["registry's host", '//[^/" ]*(registry|artifact|nexus|verdaccio)|registry *='],
])("no file contains a %s", (_, pattern) => {
  const { status, stdout } = spawnSync("git", ["grep", "-nIE", pattern], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(1); // git grep exits with 1 if nothing matches
});

test("the built kernel has the committed hash: another compiler or flag could give other bits", () => {
  const bytes = readFileSync(join(root, "packages/kernel-wasm/dist/kernel.wasm"));
  const hash = createHash("sha256").update(bytes).digest("hex");
  expect(readFileSync(join(root, "packages/kernel-wasm/kernel.sha256"), "utf8").trim()).toBe(hash);
});
