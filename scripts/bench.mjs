// npm run bench: installs, builds, then times everything beside its peers, or the parts that are named.
import { install, prepare, root, run } from "./prepare.mjs";

prepare();
install(`${root}bench/`, "the peers", ["--ignore-scripts"]); // outside the workspaces: no other command pays for them
const node = ["--expose-gc", "--conditions=@sluice/source"];
if (!run("npx", ["tsx", ...node, "bench/run.ts", ...process.argv.slice(2)])) process.exitCode = 1;
