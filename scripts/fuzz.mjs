// npm run fuzz: installs and builds what is needed, then gives each reader of files 100,000 changed ones. With words, only the
// readers whose names contain them: npm run fuzz -- interop; --cases and --seed change the number and the sequence.
import { prepare, run } from "./prepare.mjs";

prepare();
if (!run("npx", ["tsx", "--conditions=@sluice/source", "test/fuzz/main.ts", ...process.argv.slice(2)]))
  process.exitCode = 1;
