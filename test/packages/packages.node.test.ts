/** Tests each package as users get it: packed, installed into an empty project, and used there. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { preProcessFile } from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageNames as names, readManifest } from "../../scripts/packages.mjs";
import { bundlers } from "./bundlers.js";
import { Pages } from "./pages.js";
import { Project, root } from "./project.js";

/** Entries without types: a binary and a JSON file. */
const untyped = ["./kernel.wasm", "./package.json"];

/** One import of each entry of each package but cli, whose types are those of a Node program. */
function everyEntry(): string {
  const entries = names
    .filter((name) => name !== "cli")
    .flatMap((name) => Object.keys(readManifest(name).exports).map((entry) => [name, entry] as const))
    .filter(([, entry]) => !untyped.includes(entry));
  const imports = entries.map(([name, entry], i) => `import * as e${i} from "@sluice/${name}${entry.slice(1)}";`);
  return `${imports.join("\n")}\nexport const entries = [${entries.map((_, i) => `e${i}`).join(", ")}];\n`;
}

let project: Project;
let pages: Pages;
/** The last loss of train.js in Node, as text. */
let loss: string;

beforeAll(async () => {
  project = new Project();
  cpSync(join(root, "test/packages/consumers"), project.folder, { recursive: true });
  project.write("every-entry.ts", everyEntry());
  loss = project.script(`import { train } from "./train.js"; console.log((await train()).loss);`);
  pages = await Pages.start(project.folder);
}, 180_000);

afterAll(async () => {
  await pages?.stop();
  project?.remove();
});

test("kernel-wasm runs in Node", () => {
  const code = `
    import { elementary, Kernel, kernelVersion } from "@sluice/kernel-wasm";
    import { Random, exp } from "@sluice/kernel-wasm/math";
    const kernel = await Kernel.create();
    const { x } = kernel.arena.allocate({ x: 4 });
    kernel.floats(x).set([0, 1, 2, 3]);
    elementary(kernel, "exp", x, x);
    console.log(kernel.floats(x)[0], exp(0), new Random(1).below(1), kernelVersion.startsWith("0."));`;
  expect(project.script(code)).toBe("1 1 0 true");
});

test("model trains and saves in Node", () => {
  const code = `
    import { Gru, sgd, tensor } from "@sluice/model";
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after", seed: 1 });
    const x = tensor(Float32Array.of(0.1, 0.2, 0.3), [3, 1, 1]);
    const { loss } = await gru.fit({ x, y: x }, { epochs: 2, optimizer: sgd({ learningRate: 0.1 }) });
    const again = await Gru.load(gru.save());
    console.log(loss.length, again.forward(x).output.data[2] === gru.forward(x).output.data[2]);`;
  expect(project.script(code)).toBe("2 true");
});

test("model/inspect accepts networks of the main entry", () => {
  const code = `
    import { Gru, tensor } from "@sluice/model";
    import { checkGradients, diagnose, gradientNorms, summary, trace } from "@sluice/model/inspect";
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "memoryless", seed: 1 });
    const x = tensor(Float32Array.of(0.1, 0.2, 0.3, 0.4), [4, 1, 1]);
    const { withoutGradient, hasMemory } = diagnose(gru, { x, y: x });
    const states = trace(gru, x)[0].state.data;
    console.log(summary(gru).parameters === gru.parameterCount, withoutGradient.length, hasMemory);
    console.log(states.every((h, i) => h === gru.forward(x).hidden.data[i]), checkGradients(gru, x, x).agrees);
    console.log(gradientNorms(gru, x, x).global > 0);`;
  expect(project.script(code)).toBe("true 5 false\ntrue true\ntrue");
});

test("model trains on two threads in Node, and the process exits by itself", () => {
  const code = `
    import { Gru, tensor } from "@sluice/model";
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 48, outputSize: 1, cell: "reset-after", seed: 1 });
    const x = tensor(new Float32Array(20 * 96).fill(0.5), [20, 96, 1]);
    const { threads } = await gru.fit({ x, y: x }, { epochs: 2, threads: 2 });
    console.log(threads);`;
  expect(project.script(code)).toBe("2");
});

test("interop reads and writes each format through its subpath", () => {
  const code = `
    import { Gru } from "@sluice/model";
    import { toGru } from "@sluice/interop";
    import { readKeras, writeKeras } from "@sluice/interop/keras";
    import { readOnnx, writeOnnx } from "@sluice/interop/onnx";
    import { readPyTorch, writePyTorch } from "@sluice/interop/pytorch";
    import { readTfjs, writeTfjs } from "@sluice/interop/tfjs";
    const gru = (cell) => Gru.create({ inputSize: 1, hiddenSize: 4, outputSize: 1, cell, seed: 1 });
    const [after, before] = [await gru("reset-after"), await gru("reset-before")];
    const again = [readKeras(writeKeras(after)), readOnnx(writeOnnx(after)), readPyTorch(writePyTorch(after)), readTfjs(writeTfjs(before))];
    console.log((await Promise.all(again.map((imported) => toGru(imported)))).map(({ config }) => config.cell).join(" "));`;
  expect(project.script(code)).toBe("reset-after reset-after reset-after reset-before");
});

test("pipeline forecasts a series of data in Node", () => {
  const code = `
    import { synthetic } from "@sluice/data";
    import { fit } from "@sluice/pipeline";
    const series = synthetic("seasonal", { length: 96, seed: 1 });
    const forecaster = await fit(series, { lookback: 12, hiddenSize: 4, epochs: 2, seed: 1 });
    console.log(forecaster.forecast(3).columns[0].values.length, /^[0-9a-f]{64}$/.test(forecaster.manifest.fingerprint));`;
  expect(project.script(code)).toBe("3 true");
});

test("viz draws the same chart in Node from its modules and from its bundle", () => {
  const code = `
    import { parseHTML } from "linkedom";
    import { seriesChart, toSvgString } from "@sluice/viz";
    import * as bundle from "@sluice/viz/bundle";
    const { document } = parseHTML("<html></html>");
    const chart = (viz) => viz.toSvgString(viz.seriesChart({ x: [0, 1, 2], y: [1, 3, 2] }, { document }));
    console.log(chart({ seriesChart, toSvgString }).includes("<path"), chart(bundle) === chart({ seriesChart, toSvgString }));`;
  expect(project.script(code)).toBe("true true");
});

test("the command sluice of cli writes a report", () => {
  expect(project.run("npx", ["@sluice/cli", "--help"])).toMatch(/sluice run/);
  mkdirSync(project.path("work"));
  const rows = Array.from({ length: 60 }, (_, i) => `${2000 + i},${10 + i + (i % 3)}`);
  project.write("work/tiny.csv", ["year,value", ...rows].join("\n"));
  project.run(
    "npx",
    ["sluice", "run", "tiny.csv", "--epochs", "3", "--lookback", "4", "--quiet"],
    project.path("work"),
  );
  expect(readFileSync(project.path("work/runs/tiny/report.html"), "utf8")).toContain("<svg");
});

// type checks of consumers that have skipLibCheck off

const PAGE = { lib: ["es2022", "dom", "dom.iterable"], types: [] };
const NODE = { lib: ["es2022"], types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
const bundler = { module: "esnext", moduleResolution: "bundler" };
const nodenext = { module: "nodenext", moduleResolution: "nodenext" };

test.each([
  ["moduleResolution bundler", ["entries.ts", "every-entry.ts"], { ...bundler, ...PAGE }],
  ["moduleResolution nodenext", ["entries.ts", "every-entry.ts"], { ...nodenext, ...PAGE }],
  ["model without the DOM library, bundler", ["model-alone.ts"], { ...bundler, lib: ["es2022"], types: [] }],
  ["model without the DOM library, nodenext", ["model-alone.ts"], { ...nodenext, lib: ["es2022"], types: [] }],
  ["cli in a Node program", ["command-line.ts"], { ...nodenext, ...NODE }],
])("the types compile with skipLibCheck off: %s", (_, files, options) => {
  const compilerOptions = { target: "es2022", strict: true, skipLibCheck: false, noEmit: true, ...options };
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
  project.run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"]);
});

// the same page, built by each bundler and without a build; the loss has the same bits as in Node

const page = (script: string) => `<!doctype html><title>running</title><body>${script}</body>`;

test.each([
  ["vite", "trains in a worker", "worker"],
  ["webpack", "trains in a worker", "worker"],
  // esbuild does not bundle the scripts of workers: https://github.com/evanw/esbuild/issues/795
  ["esbuild", "trains on its own thread", "page"],
] as const)("a page built by %s %s and draws", async (name, _, where) => {
  const html = page('<script type="module" src="./app.js"></script>');
  project.write("index.html", html); // the entry of vite
  await bundlers[name](project.folder);
  if (name !== "vite") project.write(`${name}/index.html`, html);
  expect(await pages.result(`${name}/index.html`)).toBe(`${loss} ${where} chart`);
});

test("a page without a bundler trains in a worker and draws, from one module of model and one of viz", async () => {
  const imports = {
    "@sluice/model": "./node_modules/@sluice/model/dist/threads/sluice-model.js",
    "@sluice/viz": "./node_modules/@sluice/viz/dist/sluice-viz.js",
  };
  const importMap = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  project.write("bare.html", page(`${importMap}<script type="module" src="./app.js"></script>`));
  expect(await pages.result("bare.html")).toBe(`${loss} worker chart`);
});

// the contents of the tarballs

const filesOf = (name: string) => project.packedAs(name).files.map(({ path }) => path);

test.each(names)(
  "%s: the tarball has the license, a README with an install command, and neither sources nor maps",
  (name) => {
    const files = filesOf(name);
    expect(files).toContain("LICENSE");
    const install = name === "cli" ? "npm install --global @sluice/cli" : `npm install @sluice/${name}`;
    // a package may be installed beside others
    const line = /^npm install .*/m.exec(project.read(name, "README.md"))?.[0];
    expect(`${line} `).toContain(`${install} `);
    expect(
      files.filter((path) => path.startsWith("src/") || path.endsWith(".map") || /(?<!\.d)\.ts$/.test(path)),
    ).toEqual([]);
    expect(project.read(name, "package.json")).not.toContain("@sluice/source");
  },
);

test.each(["kernel-wasm", "model", "viz"])("%s: the tarball has the notices of the code that it contains", (name) => {
  expect(project.read(name, "NOTICES.md")).toBe(readFileSync(join(root, "NOTICES.md"), "utf8"));
});

test.each(names)("%s: what the packed files import is what package.json lists as dependencies", (name) => {
  const imported = filesOf(name)
    .filter((path) => /^(dist|bin)\/.*(\.js|\.d\.ts)$/.test(path))
    .flatMap((path) => preProcessFile(project.read(name, path)).importedFiles)
    .map(({ fileName }) => /^(@[^/]+\/)?[^./#][^/]*/.exec(fileName)?.[0])
    .filter((module) => module !== undefined && !module.startsWith("node:"));
  expect([...new Set(imported)].sort()).toEqual(Object.keys(readManifest(name).dependencies ?? {}).sort());
});

test.each(names)("%s: publint finds no fault", async (name) => {
  const pkgDir = project.path(`node_modules/@sluice/${name}`);
  const { messages, pkg } = await publint({ pkgDir, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([]);
});

/** Ways to resolve types that do not support `exports`, or ES modules. */
const legacy: readonly unknown[] = ["node10", "node16-cjs"];

test.each(names)("%s: attw finds the types of every entry", async (name) => {
  const tarball = readFileSync(project.path(project.packedAs(name).filename));
  const result = await checkPackage(createPackageFromTarballData(tarball), { excludeEntrypoints: untyped });
  const problems = "problems" in result ? result.problems : [{ kind: "no types at all" }];
  expect(
    problems.filter((problem) => !("resolutionKind" in problem && legacy.includes(problem.resolutionKind))),
  ).toEqual([]);
});
