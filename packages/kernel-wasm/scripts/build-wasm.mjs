// Compiles assembly/ to dist/kernel.wasm and embeds its bytes in src/generated/kernel-bytes.ts.
// Every build uses these flags, as other levels select other instructions. Shrink level 1 keeps loops in separate functions instead of
// inlining them into the passes: engines compile large functions a second time, which slows a cold start.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const flags = [
  "--optimizeLevel",
  "3",
  "--shrinkLevel",
  "1",
  "--converge",
  "--noAssert",
  "--runtime",
  "stub",
  "--enable",
  "simd",
  "--bindings",
  "none",
];

mkdirSync(`${root}dist`, { recursive: true });
mkdirSync(`${root}src/generated`, { recursive: true });
const { error, stderr } = await asc.main([
  "assembly/index.ts",
  "--baseDir",
  root,
  "--outFile",
  "dist/kernel.wasm",
  "--textFile",
  "dist/kernel.wat",
  ...flags,
]);
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}
const bytes = readFileSync(`${root}dist/kernel.wasm`);
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const hash = createHash("sha256").update(bytes).digest("hex");
writeFileSync(
  `${root}src/generated/kernel-bytes.ts`,
  `/** The package's version and the start of the SHA-256 of kernel.wasm: equal versions give equal bits. */
export const kernelVersion = "${version}+${hash.slice(0, 12)}";

/** kernel.wasm, ${bytes.length} bytes, in hexadecimal: gzip finds its repetitions, which base64 hides. */
export const kernelHex =
  "${bytes.toString("hex")}";
`,
);
