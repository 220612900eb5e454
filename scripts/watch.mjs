// npm run watch: after each edit, checks the types and runs the Node tests of files that changed since the last commit.
import { spawn } from "node:child_process";
import { prepare, root } from "./prepare.mjs";

prepare();
const commands = [
  ["tsc", "-p", "tsconfig.json", "--watch", "--preserveWatchOutput"],
  ["vitest", "watch", "--project", "node", "--changed", ...process.argv.slice(2)],
];
for (const args of commands) spawn("npx", args, { cwd: root, stdio: "inherit" });
