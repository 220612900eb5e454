/** Tests the documents: their examples run, and the files that they name exist. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { trainingMemory } from "@sluice/model";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
const read = (document: string) => readFileSync(join(root, document), "utf8");
const guides = readdirSync(join(root, "docs")).map((name) => `docs/${name}`);
const withExample = guides.filter((name) => name.endsWith(".md") && read(name).includes("```ts"));
const examples = ["README.md", ...packages, ...withExample];

/** The folder where examples run: inside the repository, so that imports resolve, and ignored by git. */
const folder = join(root, "build/examples");
const fileOf = (document: string) => `${document.replace(/\W/g, "-")}.ts`;

/** Runs a tool in that folder; if it fails, the test fails with its output. */
async function run(tool: string, ...args: string[]): Promise<void> {
  await promisify(execFile)("npx", [tool, ...args], { cwd: folder }).catch(({ stdout, stderr }) => {
    expect.unreachable(`${tool} ${args.join(" ")}\n${stdout}${stderr}`);
  });
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tsconfig = { extends: "../../tsconfig.json", compilerOptions: { noUnusedLocals: false }, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  for (const document of examples) {
    const example = /```ts\n([\s\S]*?)```/.exec(read(document))?.[1];
    if (example) writeFileSync(join(folder, fileOf(document)), example);
  }
});

test.each(examples)("%s: its first ts example runs", (document) =>
  run("tsx", "--conditions=@sluice/source", fileOf(document)),
);

test("the examples have no type errors", () => run("tsc", "--pretty", "false"), 180_000);

test.each(packages)("%s has at most 64 lines", (document) => {
  expect(read(document).trimEnd().split("\n").length).toBeLessThanOrEqual(64);
});

const documents = execFileSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" }).trim().split("\n");

test.each(documents)("%s: every link to a file leads to an existing file", (document) => {
  const links = [...read(document).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map(([, target]) => target!);
  const broken = links.filter(
    (target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(document), target)),
  );
  expect(broken).toEqual([]);
});

/** Paths from the root in backquotes: files and folders of these folders, or configuration files of the root itself. */
const PATH = /`((?:packages|scripts|test|docs|bench|examples)\/[\w./-]+|\.?[\w-]+(?:\.[\w-]+)*\.(?:c?js|ts|json))`/g;

test.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s: every path that it names exists", (document) => {
  const paths = [...read(document).matchAll(PATH)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(3);
  // config.json is a file of a run directory
  expect(paths.filter((path) => path !== "config.json" && !existsSync(join(root, path)))).toEqual([]);
});

test("docs/memory.md names every buffer of training", () => {
  const { buffers } = trainingMemory(
    { inputSize: 1, hiddenSize: 1, outputSize: 1, cell: "reset-after" },
    { samples: 1, steps: 1, initialState: true, validation: { samples: 1, steps: 1 } },
  );
  const table = read("docs/memory.md");
  expect(Object.keys(buffers).filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});
