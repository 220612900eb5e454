// npm test: installs, builds, checks and tests everything. The last line is `N passed, M failed`; each check counts as one.
// Arguments are passed to vitest: npm test -- -t "a name".
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installBrowsers } from "./browsers.mjs";
import { installEngines } from "./install-engines.mjs";
import { prepare, root, run } from "./prepare.mjs";

try {
  prepare();
  installBrowsers();
  installEngines();
} catch (error) {
  console.error(error.message);
  console.log("\n0 passed, 1 failed");
  process.exit(1);
}

const checks = [
  ["lint", "npx", ["biome", "check", "--max-diagnostics=50", "."]],
  ["types", "npx", ["tsc", "-p", "tsconfig.json"]],
  ["dependencies", "npx", ["depcruise", "packages", "bench", "examples", "test"]],
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

if (!existsSync(`${root}../shared`)) {
  console.log(
    "- skipped: tests that read published vectors and data sets, because there is no ../shared beside this repository",
  );
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
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  // files that failed outside of their tests, in an import or a beforeAll
  const broken = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  const failures = numFailedTests + broken.length;
  passed += numPassedTests;
  failed += failures;
  skipped += numPendingTests + numTodoTests;
  // vitest failed after the tests, or ran none
  if (failures === 0 && (!good || numPassedTests === 0)) failed++;
} catch {
  failed++;
}
rmSync(folder, { recursive: true, force: true });

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;
