// npm run bench: installs and builds what is needed, then compares the speed of all parts, or of the named ones, with other libraries.
import { install, prepare, root, run } from "./prepare.mjs";

prepare();
install(`${root}bench/`, "the peers", ["--ignore-scripts"]); // outside the workspaces: no other command installs them
const node = ["--expose-gc", "--conditions=@sluice/source"];
if (!run("npx", ["tsx", ...node, "bench/run.ts", ...process.argv.slice(2)])) process.exitCode = 1;
