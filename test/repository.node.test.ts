/** What may stand in the repository. */

import { execFileSync } from "node:child_process";
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

test("the lock file names no host", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { resolved?: string }>;
  };
  expect(Object.values(packages).filter(({ resolved }) => resolved?.startsWith("http"))).toEqual([]);
});

test("no file holds a path of one machine", () => {
  const machine = new RegExp(`["'\`( ]/(${["home", "root", "work", "Users"].join("|")})/[a-z]`);
  const texts = tracked.filter(
    (path) => /\.(ts|mjs|cjs|js|json|md|html|css)$/.test(path) && path !== "package-lock.json",
  );
  expect(texts.filter((path) => machine.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});

test("the kernel is the one whose hash is committed: another compiler or flag would give other bits", () => {
  const bytes = readFileSync(join(root, "packages/kernel-wasm/dist/kernel.wasm"));
  const hash = createHash("sha256").update(bytes).digest("hex");
  expect(readFileSync(join(root, "packages/kernel-wasm/kernel.sha256"), "utf8").trim()).toBe(hash);
});
