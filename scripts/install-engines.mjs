// The engines that test/engines runs its suite in, beside this Node, Chromium and Firefox: Node 24, Deno and Bun are npm packages,
// WebKitGTK is Debian's. What cannot be installed is skipped by the tests, which say so.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { debianCommands, isDebianRoot } from "./browsers.mjs";
import { install, root, run } from "./prepare.mjs";

/** The path of WebKitGTK's small browser, where Xvfb can give it a screen; else undefined. */
export function findWebKitGtk() {
  const hasXvfb = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "Xvfb")));
  const libraries = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  if (!hasXvfb || !existsSync(libraries)) return undefined;
  return readdirSync(libraries)
    .filter((name) => name.startsWith("webkit2gtk-"))
    .map((name) => join(libraries, name, "MiniBrowser"))
    .find((path) => existsSync(path));
}

/** Installs the engines that are missing, as far as that is possible. */
export function installEngines() {
  try {
    install(`${root}test/engines/`, "engines", ["--ignore-scripts"]);
  } catch (error) {
    console.error(`${error.message}: Node 24, Deno and Bun are skipped`);
  }
  if (findWebKitGtk()) return;
  if (!isDebianRoot()) {
    console.error("WebKitGTK is skipped: it is installed where this is Debian, by root");
    return;
  }
  for (const command of debianCommands(["webkit2gtk-driver", "xvfb"])) {
    console.error(command.join(" "));
    const [name, ...args] = command;
    if (run(name, args, { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } })) continue;
    console.error(`failed: ${command.join(" ")}: WebKitGTK is skipped`);
    return;
  }
}
