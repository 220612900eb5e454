/** What the documents say is true: their examples run, their links lead somewhere. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = readdirSync(join(root, "packages"));
const readme = (name: string) => readFileSync(join(root, "packages", name, "README.md"), "utf8");

/** The example of a README, run from source inside its package. */
async function runExample(name: string): Promise<string> {
  const code = /```ts\n([\s\S]*?)```/.exec(readme(name))?.[1];
  expect(code, "a ts example").toBeDefined();
  const folder = mkdtempSync(join(root, "packages", name, "example-"));
  try {
    writeFileSync(join(folder, "example.ts"), code!);
    const args = ["tsx", "--conditions=@sluice/source", join(folder, "example.ts")];
    return (await promisify(execFile)("npx", args, { cwd: folder })).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each(packages)("%s: the example of its README runs and prints something", async (name) => {
  expect((await runExample(name)).trim()).not.toBe("");
});

test.each(packages)("%s: its README has at most 60 lines", (name) => {
  expect(readme(name).trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...packages.map((name) => `packages/${name}/README.md`),
];

test.each(documents)("%s: every link to a file leads to one", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const links = [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(([, target]) => target!);
  const dead = links.filter(
    (target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(document), target)),
  );
  expect(dead).toEqual([]);
});
