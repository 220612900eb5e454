// npm run test:arm64: runs the determinism suite in ARM64 builds of Node, Deno and Bun, emulated by qemu-user. Needs Debian and root: the C
// libraries come from Debian's packages for arm64, unpacked into build/arm64. This tests the code that their compilers generate for ARM64; its
// arithmetic is emulated.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { debianCommands, isDebianRoot } from "./browsers.mjs";
import { install, prepare, root, run } from "./prepare.mjs";

const folder = `${root}build/arm64/`;

/** Runs a command that must succeed. */
function must(command, args) {
  if (!run(command, args, { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } }))
    throw new Error(`failed: ${command} ${args.join(" ")}`);
}

/** Unpacks C and C++ libraries for arm64 into `sysroot`, without changing the package lists of this machine. */
function installLibraries(sysroot) {
  if (existsSync(sysroot)) return;
  const [lists, packages, unpacked] = ["lists", "packages", "unpacked"].map((name) => `${folder}${name}`);
  mkdirSync(`${lists}/partial`, { recursive: true });
  mkdirSync(packages, { recursive: true });
  const options = ["APT::Architecture=arm64", "APT::Architectures=arm64", `Dir::State::Lists=${lists}`];
  options.push("Dir::State::status=/dev/null", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=");
  const ofArm64 = options.map((option) => `-o${option}`);
  must("apt-get", [...ofArm64, "update", "-qq"]);
  const quoted = ofArm64.map((option) => `'${option}'`).join(" ");
  must("sh", ["-c", `cd '${packages}' && apt-get ${quoted} download -qq libc6 libstdc++6 libgcc-s1`]);
  rmSync(unpacked, { recursive: true, force: true });
  for (const name of readdirSync(packages)) must("dpkg", ["-x", `${packages}/${name}`, unpacked]);
  must("mv", [unpacked, sysroot]); // last, so that `sysroot` is never incomplete
}

try {
  if (!isDebianRoot()) throw new Error("test:arm64: expected Debian and root, as it installs qemu-user-static");
  prepare();
  if (!existsSync("/usr/bin/qemu-aarch64-static"))
    for (const [name, ...args] of debianCommands(["qemu-user-static"])) must(name, args);
  mkdirSync(folder, { recursive: true });
  installLibraries(`${folder}sysroot`);
  for (const name of ["package.json", "package-lock.json"])
    cpSync(`${root}test/engines/${name}`, `${folder}${name}`, { preserveTimestamps: true });
  install(folder, "engines for arm64", ["--ignore-scripts", "--os=linux", "--cpu=arm64", "--libc=glibc"]);
  const args = ["--conditions=@sluice/source", "test/engines/main.ts", "--arm64", ...process.argv.slice(2)];
  if (!run("npx", ["tsx", ...args])) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
