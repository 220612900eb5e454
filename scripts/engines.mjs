// npm run engines: installs, builds, and runs the determinism suite in all engines, or in those that are named; see test/engines/main.ts.
import { installEngines } from "./install-engines.mjs";
import { prepare, run } from "./prepare.mjs";

prepare();
installEngines();
const good = run("npx", ["tsx", "--conditions=@sluice/source", "test/engines/main.ts", ...process.argv.slice(2)]);
process.exitCode = good ? 0 : 1;
