// npm test: installs, builds, checks and tests everything. The last line is `N passed, M failed`; each check counts as one.
// Arguments go to vitest: npm test -- -t "a name".
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installBrowsers } from "./browsers.mjs";
import { prepare, run } from "./prepare.mjs";

prepare();
installBrowsers();

const checks = [
  ["lint", "npx", ["biome", "check", "--max-diagnostics=50", "."]],
  ["types", "npx", ["tsc", "-p", "tsconfig.json"]],
  ["arrows", "npx", ["depcruise", "packages"]],
  ["sizes", "node", ["scripts/sizes.mjs"]],
];
let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, command, args] of checks) {
  const good = run(command, args, { quiet: name !== "sizes" });
  console.log(`${good ? "✓" : "✗"} ${name}`);
  if (good) passed++;
  else failed++;
}

const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
const report = join(folder, "report.json");
const good = run("npx", [
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, "utf8"));
  passed += numPassedTests;
  failed += numFailedTests;
  skipped += numPendingTests + numTodoTests;
  if (numPassedTests + numFailedTests === 0)
    failed++; // no test ran
  else if (!good && numFailedTests === 0) failed++; // an error outside of any test
} catch {
  failed++;
}
rmSync(folder, { recursive: true, force: true });

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;
