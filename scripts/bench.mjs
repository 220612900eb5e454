// npm run bench: installs, builds, then measures speed beside other libraries; arguments name the parts to run.
import { install, prepare, root, run } from "./prepare.mjs";

prepare();
// the other libraries are outside the workspaces, so that no other command installs them
install(`${root}bench/`, "other libraries", ["--ignore-scripts"]);
const node = ["--expose-gc", "--conditions=@sluice/source"];
if (!run("npx", ["tsx", ...node, "bench/run.ts", ...process.argv.slice(2)])) process.exitCode = 1;
