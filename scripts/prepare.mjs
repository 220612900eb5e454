// The first step of every command: installs the dependencies of the lock file and builds the packages.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command in the repository and returns whether it succeeded; with `quiet`, prints its output only if it failed. */
export function run(command, args, { quiet = false, env = {} } = {}) {
  const stdio = quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"];
  const result = spawnSync(command, args, {
    cwd: root,
    stdio,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (quiet && result.status !== 0) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  return result.status === 0;
}

/** Runs a command that must succeed; prints its output only if it failed. */
function runOrThrow(command, args, env) {
  if (!run(command, args, { quiet: true, env })) throw new Error(`${command} ${args.join(" ")} failed`);
}

/** Installs the dependencies of a folder if they are absent or older than its lock file. */
export function install(folder, what, options = []) {
  const installed = `${folder}node_modules/.package-lock.json`;
  const lock = `${folder}package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error(`installing ${what}`);
  runOrThrow("npm", ["ci", "--no-audit", "--no-fund", "--prefix", folder, ...options]);
}

/** Installs dependencies if needed, then builds what has changed. */
export function prepare() {
  install(root, "dependencies");
  console.error("building");
  runOrThrow("npx", ["turbo", "run", "build", "--output-logs=errors-only", "--log-order=grouped"], {
    TURBO_TELEMETRY_DISABLED: "1",
  });
}
