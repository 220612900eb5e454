/**
 * npm run engines: runs the determinism suite in every engine, or in those whose names contain an argument, and prints the cases that
 * differ from expected.json. `--write` first replaces expected.json by the results of this Node; `--flip` inverts one bit of the kernel, and
 * succeeds if every engine differs; `--arm64` uses the emulated engines of npm run test:arm64.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { browsers } from "./browsers.js";
import { bundle } from "./bundle.js";
import { differencesOf, type Expected } from "./compare.js";
import type { Engine } from "./engine.js";
import { arm64, servers } from "./servers.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: "boolean", default: false },
    flip: { type: "boolean", default: false },
    arm64: { type: "boolean", default: false },
  },
});
const file = fileURLToPath(new URL("expected.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sluice-engines-"));
await bundle(folder, values);

if (values.write) {
  const { kernel, cases } = await servers[0]!.run(folder);
  writeFileSync(file, `${JSON.stringify({ kernel, cases }, null, 2)}\n`);
}

const expected: Expected = JSON.parse(readFileSync(file, "utf8"));
const names = positionals.map((name) => name.toLowerCase());
const isChosen = ({ name }: Engine) => names.length === 0 || names.some((part) => name.toLowerCase().includes(part));
const engines = values.arm64 ? arm64 : [...servers, ...browsers];
for (const engine of engines.filter(isChosen)) {
  if (!(await check(engine))) process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true });

/** Runs an engine, prints the number of equal cases and the differences, and returns whether the result is as expected. */
async function check(engine: Engine): Promise<boolean> {
  if (engine.missing) {
    console.log(`- ${engine.name}: skipped, ${engine.missing}`);
    return true;
  }
  const begin = performance.now();
  const { cases, milliseconds, engine: version } = await engine.run(folder);
  const whole = performance.now() - begin;
  const differences = Object.entries(differencesOf(expected, cases));
  const count = Object.keys(expected.cases).length;
  const good = values.flip ? differences.length > 0 : differences.length === 0;
  const seconds = `${(milliseconds / 1000).toFixed(1)} s, ${(whole / 1000).toFixed(1)} s with its start`;
  const counts = `${count - differences.length} cases equal, ${differences.length} not`;
  console.log(`${good ? "✓" : "✗"} ${engine.name}: ${counts} (${seconds}; ${version})`);
  if (!values.flip) for (const [name, difference] of differences) console.log(`    ${name}: ${difference}`);
  return good;
}
