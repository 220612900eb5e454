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

/** Returns the path of a browser on the PATH, or undefined. */
export function findBrowser(browser) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES[browser]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

function isDebian() {
  return existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

/** Installs the browsers that are not on the PATH. */
export function installBrowsers() {
  const missing = Object.keys(NAMES).filter((browser) => !findBrowser(browser));
  if (missing.length === 0) return;
  const packages = missing.map((browser) => PACKAGES[browser]);
  const commands =
    isDebian() && process.getuid() === 0
      ? ["apt-get update -qq", `apt-get install -y -qq --no-install-recommends ${packages.join(" ")}`]
      : [`npx playwright install ${missing.join(" ")}`];
  for (const command of commands) {
    console.error(command);
    const [name, ...args] = command.split(" ");
    if (!run(name, args, { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } }))
      throw new Error(
        `no ${missing.join(" and no ")} on the PATH, and «${command}» failed: install by hand, then run again`,
      );
  }
}
