/** Each package as its users get it: packed, installed into an empty project, and used. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = ["kernel-wasm", "model", "interop", "data", "pipeline", "viz", "cli"];
let project: string;

/** Runs a command that must succeed and gives what it prints. */
function run(command: string, args: readonly string[], cwd = project): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit code ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a module in the project and gives what it prints. */
function script(code: string): string {
  writeFileSync(join(project, "script.mjs"), code);
  return run(process.execPath, ["script.mjs"]).trim();
}

/** Paths of the packed packages, by name. */
const tarballs: Record<string, string> = {};

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "sluice-packed-"));
  for (const name of names) {
    const out = run("npm", ["pack", "--json", "--pack-destination", project], join(root, "packages", name));
    tarballs[name] = join(project, (JSON.parse(out) as { filename: string }[])[0]!.filename);
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...Object.values(tarballs)]);
}, 180_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test("kernel-wasm", () => {
  const code = `
    import { elementary, Kernel, kernelVersion } from "@sluice/kernel-wasm";
    import { Random, exp } from "@sluice/kernel-wasm/math";
    const kernel = await Kernel.create();
    const { x } = kernel.arena.allocate({ x: 4 });
    kernel.floats(x).set([0, 1, 2, 3]);
    elementary(kernel, "exp", x, x);
    console.log(kernel.floats(x)[0], exp(0), new Random(1).below(1), kernelVersion.startsWith("0."));`;
  expect(script(code)).toBe("1 1 0 true");
});

test("model", () => {
  const code = `
    import { Gru, sgd, tensor } from "@sluice/model";
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after", seed: 1 });
    const x = tensor(Float32Array.of(0.1, 0.2, 0.3), [3, 1, 1]);
    const { loss } = await gru.fit({ x, y: x }, { epochs: 2, optimizer: sgd({ learningRate: 0.1 }) });
    const again = await Gru.load(gru.save());
    console.log(loss.length, again.forward(x).output.data[2] === gru.forward(x).output.data[2]);`;
  expect(script(code)).toBe("2 true");
});

test("model/inspect takes networks of the main entry", () => {
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
  expect(script(code)).toBe("true 5 false\ntrue true\ntrue");
});

test("model on two threads, and the process ends by itself", () => {
  const code = `
    import { Gru, tensor } from "@sluice/model";
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 48, outputSize: 1, cell: "reset-after", seed: 1 });
    const x = tensor(new Float32Array(20 * 96).fill(0.5), [20, 96, 1]);
    const { threads } = await gru.fit({ x, y: x }, { epochs: 2, threads: 2 });
    console.log(threads);`;
  expect(script(code)).toBe("2");
});

test("interop, each format by its subpath", () => {
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
  expect(script(code)).toBe("reset-after reset-after reset-after reset-before");
});

test("data and pipeline", () => {
  const code = `
    import { synthetic } from "@sluice/data";
    import { fit } from "@sluice/pipeline";
    const series = synthetic("seasonal", { length: 96, seed: 1 });
    const forecaster = await fit(series, { lookback: 12, hiddenSize: 4, epochs: 2, seed: 1 });
    console.log(forecaster.forecast(3).columns[0].values.length, /^[0-9a-f]{64}$/.test(forecaster.manifest.fingerprint));`;
  expect(script(code)).toBe("3 true");
});

test("viz, in Node and as one module for a bare page", () => {
  const code = `
    import { parseHTML } from "linkedom";
    import { seriesChart, toSvgString } from "@sluice/viz";
    import * as bundle from "@sluice/viz/bundle";
    const { document } = parseHTML("<html></html>");
    const chart = (viz) => viz.toSvgString(viz.seriesChart({ x: [0, 1, 2], y: [1, 3, 2] }, { document }));
    console.log(chart({ seriesChart, toSvgString }).includes("<path"), chart(bundle) === chart({ seriesChart, toSvgString }));`;
  expect(script(code)).toBe("true true");
});

test("cli", () => {
  expect(run("npx", ["sluice", "--help"])).toMatch(/sluice run/);
  mkdirSync(join(project, "work"));
  const rows = Array.from({ length: 60 }, (_, i) => `${2000 + i},${10 + i + (i % 3)}`);
  writeFileSync(join(project, "work/tiny.csv"), ["year,value", ...rows].join("\n"));
  run("npx", ["sluice", "run", "tiny.csv", "--epochs", "3", "--lookback", "4", "--quiet"], join(project, "work"));
  expect(readFileSync(join(project, "work/runs/tiny/report.html"), "utf8")).toContain("<svg");
});

test.each(names)("%s: its package.json keeps to what publishing needs", async (name) => {
  const { messages, pkg } = await publint({ pkgDir: join(root, "packages", name), strict: true });
  expect(messages.map((message) => formatMessage(message, pkg as never))).toEqual([]);
});

test.each(names)("%s: its types are found from outside", (name) => {
  const noTypes = ["./bundle", "./kernel.wasm", "./package.json"];
  run("npx", ["attw", tarballs[name]!, "--profile", "esm-only", "--exclude-entrypoints", ...noTypes], root);
});
