// Where the browsers are that the tests drive. A browser that is not on the PATH is installed: from Debian's packages
// where this is Debian and we are root, else by playwright's own installer.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = {
  chromium: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  firefox: ["firefox-esr", "firefox"],
};
const PACKAGES = { chromium: "chromium", firefox: "firefox-esr" };

/** The path of an installed browser, or undefined. */
export function findBrowser(browser) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES[browser]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Installs the browsers that are missing. */
export function installBrowsers() {
  const missing = Object.keys(NAMES).filter((browser) => !findBrowser(browser));
  if (missing.length === 0) return;
  const debian = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (debian) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const packages = missing.map((browser) => PACKAGES[browser]);
    console.error(`installing ${packages.join(", ")} from Debian's packages`);
    execFileSync("apt-get", ["update", "-qq"], { env, stdio: ["ignore", "ignore", "inherit"] });
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
    execFileSync("apt-get", install, { env, stdio: ["ignore", "ignore", "inherit"] });
    return;
  }
  console.error(`installing ${missing.join(", ")} by playwright`);
  const { status } = spawnSync("npx", ["playwright", "install", "--with-deps", ...missing], { stdio: "inherit" });
  if (status !== 0)
    throw new Error(
      `no ${missing.join(" or ")} on the PATH, and none could be installed: install them, then run npm test again`,
    );
}
