// npm run soak: installs and builds what is needed, then trains for a million updates and streams a million steps. Prints the
// memory in use, and fails if it grows.
import { prepare, run } from "./prepare.mjs";

prepare();
if (!run("npx", ["tsx", "--conditions=@sluice/source", "test/soak.ts", ...process.argv.slice(2)]))
  process.exitCode = 1;
