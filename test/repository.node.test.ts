/** What may stand in the repository. */

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

test.each(tracked.filter((path) => path.endsWith("package-lock.json")))("%s names no host", (lock) => {
  const { packages } = JSON.parse(readFileSync(join(root, lock), "utf8")) as {
    packages: Record<string, { resolved?: string }>;
  };
  expect(Object.values(packages).filter(({ resolved }) => resolved?.startsWith("http"))).toEqual([]);
});

test.each([
  ["path of one machine", "(^|[^[:alnum:]_./-]|file://)/(home|root|work|Users)/"],
  ["host of a registry", '//[^/" ]*(registry|artifact|nexus|verdaccio)|registry *='],
])("no file holds a %s", (_, pattern) => {
  const { status, stdout } = spawnSync("git", ["grep", "-nIE", pattern], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(1); // what git says where nothing is found
});

test("the kernel is the one whose hash is committed: another compiler or flag would give other bits", () => {
  const bytes = readFileSync(join(root, "packages/kernel-wasm/dist/kernel.wasm"));
  const hash = createHash("sha256").update(bytes).digest("hex");
  expect(readFileSync(join(root, "packages/kernel-wasm/kernel.sha256"), "utf8").trim()).toBe(hash);
});
