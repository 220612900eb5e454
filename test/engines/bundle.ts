import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const model = join(repository, "packages/model");

/** A coefficient of the polynomial of exp, on which every activation depends: see packages/kernel-wasm/assembly/elementary.ts. */
const CONSTANT = 0.16666520627619202;

/**
 * Bundles the suite with the built packages into `folder`: suite.js for all engines, run.js for servers, index.html for pages.
 * With `flip`, inverts the last bit of one constant of the kernel.
 * @throws Error if the packages are not built.
 */
export async function bundle(folder: string, { flip = false }: { readonly flip?: boolean } = {}): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(repository, "test/engines/suite/index.ts")],
    outfile: join(folder, "suite.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["#threads", "node:*"],
    logLevel: "error",
  });
  // the worker threads of the model: "#threads" is a different module in Node and in pages
  const { imports } = JSON.parse(readFileSync(join(model, "package.json"), "utf8")) as {
    imports: Record<"#threads", { node: string; default: string }>;
  };
  const threads = imports["#threads"];
  cpSync(dirname(join(model, threads.node)), dirname(join(folder, inBundle(threads.node))), { recursive: true });
  const condition = { node: inBundle(threads.node), default: inBundle(threads.default) };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", imports: { "#threads": condition } }));
  writeFileSync(join(folder, "run.js"), RUN);
  writeFileSync(join(folder, "index.html"), PAGE);
  if (flip) flipConstant(folder);
}

const inBundle = (path: string) => path.replace("/dist/", "/");

const RUN = `import { runSuite } from "./suite.js";
console.log(JSON.stringify(await runSuite()));
`;

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Sluice: the same bits</title>
<script type="module">
  const post = (body) => fetch("/result", { method: "POST", body: JSON.stringify(body) });
  try {
    const { runSuite } = await import("./suite.js");
    await post(await runSuite());
  } catch (error) {
    await post({ error: String(error) });
  }
</script>
`;

/** Inverts the last bit of the constant in every copy of the kernel, which is encoded in hexadecimal. */
function flipConstant(folder: string): void {
  const [constant, flipped] = [hexOf(CONSTANT, 0), hexOf(CONSTANT, 1)];
  let copies = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".js"),
  )) {
    const parts = readFileSync(join(folder, name), "utf8").split(constant);
    copies += parts.length - 1;
    writeFileSync(join(folder, name), parts.join(flipped));
  }
  if (copies === 0) throw new Error(`flip: expected ${CONSTANT} among the kernel's constants; choose another`);
}

/** The four bytes of an f32 in memory, in hexadecimal, after an XOR of its bits with `inverted`. */
function hexOf(value: number, inverted: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  view.setUint32(0, view.getUint32(0, true) ^ inverted, true);
  return view.getUint32(0).toString(16).padStart(8, "0");
}
