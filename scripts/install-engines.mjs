// Installs the engines of test/engines besides this Node, Chromium and Firefox: Node 24, Deno and Bun from npm, WebKitGTK from Debian. The
// tests skip engines that cannot be installed, with a warning.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { debianCommands, isDebianRoot } from "./browsers.mjs";
import { install, root, run } from "./prepare.mjs";

/** The path of WebKitGTK's MiniBrowser, if it and Xvfb, which provides its screen, are installed. */
export function findWebKitGtk() {
  const hasXvfb = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "Xvfb")));
  const libraries = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  if (!hasXvfb || !existsSync(libraries)) return undefined;
  return readdirSync(libraries)
    .filter((name) => name.startsWith("webkit2gtk-"))
    .map((name) => join(libraries, name, "MiniBrowser"))
    .find((path) => existsSync(path));
}

/** Installs missing engines; prints a warning for those that cannot be installed. */
export function installEngines() {
  try {
    install(`${root}test/engines/`, "engines", ["--ignore-scripts"]);
  } catch (error) {
    console.error(`${error.message}: Node 24, Deno and Bun are skipped`);
  }
  if (findWebKitGtk()) return;
  if (!isDebianRoot()) {
    console.error("WebKitGTK is skipped: installing it needs Debian and root");
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
