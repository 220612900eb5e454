// Finds the browsers that the tests run in. Installs those that are not on the PATH: with apt-get on Debian as root, otherwise with
// Playwright's installer.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./prepare.mjs";

const NAMES = {
  chromium: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  firefox: ["firefox-esr", "firefox"],
};
const PACKAGES = { chromium: "chromium", firefox: "firefox-esr" };

/** Flags for a container, and against requests and dialogs of a first start. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Returns the path of a browser on the PATH, or undefined. */
export function findBrowser(browser) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES[browser]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Whether Debian's packages can be installed here. */
export function isDebianRoot() {
  const release = "/etc/os-release";
  return existsSync(release) && /^ID=debian$/m.test(readFileSync(release, "utf8")) && process.getuid() === 0;
}

/** The commands that install some of Debian's packages. */
export function debianCommands(packages) {
  return [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages],
  ];
}

/** Installs the browsers that are not on the PATH. */
export function installBrowsers() {
  const missing = Object.keys(NAMES).filter((browser) => !findBrowser(browser));
  if (missing.length === 0) return;
  const commands = isDebianRoot()
    ? debianCommands(missing.map((browser) => PACKAGES[browser]))
    : [["npx", "playwright", "install", ...missing]];
  for (const command of commands) {
    console.error(command.join(" "));
    const [name, ...args] = command;
    if (!run(name, args, { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } }))
      throw new Error(
        `no ${missing.join(" and no ")} on the PATH, and "${command.join(" ")}" failed; install the browser yourself and run this again`,
      );
  }
}
