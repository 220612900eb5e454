/** Runs the examples as their users do; examples/page is tested in packages/viz. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSafetensors } from "@sluice/model";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BROWSERS, launch, serve } from "./pages.js";

const root = fileURLToPath(new URL("..", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-examples-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Node and returns what it prints. */
function node(args: readonly string[], cwd = root): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: exit code ${status}\n${stdout}${stderr}`);
  return stdout;
}

describe("command-line", () => {
  const readme = readFileSync(join(root, "examples/command-line/README.md"), "utf8");
  const commands = /```sh\n([^`]*)```/.exec(readme)![1]!.trim().split("\n");
  const sluice = join(root, "packages/cli/bin/sluice.js");

  test("the commands of the README succeed and write what it lists", () => {
    const cwd = join(folder, "command-line");
    cpSync(join(root, "examples/command-line"), cwd, { recursive: true });
    const outputs = commands.map((command) => {
      const [npx, name, ...args] = command.split(" ");
      expect([npx, name]).toEqual(["npx", "sluice"]);
      return node([sluice, ...args], cwd);
    });
    expect(outputs).toHaveLength(4);
    expect(outputs[2]).toContain('"2025-06');
    for (const file of ["model.safetensors", "forecast.csv", "report.html"])
      expect(existsSync(join(cwd, "runs/sales", file)), file).toBe(true);
    expect(readFileSync(join(cwd, "runs/sales/forecast.csv"), "utf8").trim().split("\n")).toHaveLength(1 + 12);
  });
});

const modelNode = (...args: string[]) => node([join(root, "examples/model-node/index.mjs"), ...args]);

test("model-node beats the seasonal naive forecast and saves its network", () => {
  const path = join(folder, "gru.safetensors");
  const [, error, naiveError] = /error ([\d.]+); of the seasonal naive forecast ([\d.]+)/.exec(modelNode(path))!;
  expect(Number(error)).toBeLessThan(Number(naiveError) / 2);
  expect(Object.keys(readSafetensors(readFileSync(path)).tensors)).toContain("gru.weight_ih_l0");
});

describe("model-page", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(root);
  });
  afterAll(() => server.close());

  test.each(BROWSERS)("%s: trains in a worker and prints what model-node prints", async (name) => {
    const browser = await launch(name);
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(`${server.origin}/examples/model-page/index.html`);
      await page.waitForSelector("body[data-trained-in]").catch((error) => expect.unreachable(`${error} ${errors}`));
      expect(await page.locator("body").getAttribute("data-trained-in")).toBe("worker");
      expect(await page.locator("#output").textContent()).toBe(modelNode());
      expect(await page.getByRole("link", { name: "gru.safetensors" }).isVisible()).toBe(true);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test("without the worker's script it trains in the page, with the same result", async () => {
    const browser = await launch("chromium");
    try {
      const page = await browser.newPage();
      await page.route("**/worker.js", (route) => route.abort());
      await page.goto(`${server.origin}/examples/model-page/index.html`);
      await page.waitForSelector('body[data-trained-in="page"]');
      expect(await page.locator("#output").textContent()).toBe(modelNode());
    } finally {
      await browser.close();
    }
  });
});
