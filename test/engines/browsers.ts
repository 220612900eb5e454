import { CHROMIUM_FLAGS, findBrowser } from "../../scripts/browsers.mjs";
import { findWebKitGtk } from "../../scripts/install-engines.mjs";
import { environmentOfJsc, SPIDERMONKEY, V8 } from "./compilers.js";
import type { Engine } from "./engine.js";
import type { Command } from "./processes.js";
import { type Browser, runBrowser } from "./run-browser.js";

const chromium =
  (flags: readonly string[] = []) =>
  (path: string): Browser => ({
    command: (url, profile): Command => ({
      path,
      args: [
        "--headless",
        "--disable-dev-shm-usage",
        ...CHROMIUM_FLAGS,
        ...(flags.length > 0 ? [`--js-flags=${flags.join(",")}`] : []),
        `--user-data-dir=${profile}`,
        url,
      ],
    }),
  });

/** Preferences that disable the requests and dialogs of a first start. */
const QUIET = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.aboutwelcome.enabled": false,
  "browser.region.network.url": "",
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.security.https_only_mode": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "termsofuse.bypassNotification": true,
  "toolkit.telemetry.enabled": false,
};

const firefox =
  (prefs: Readonly<Record<string, boolean>> = {}) =>
  (path: string): Browser => ({
    files: {
      "user.js": Object.entries({ ...QUIET, ...prefs })
        .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
        .join(""),
    },
    command: (url, profile): Command => ({
      path,
      args: ["--headless", "--no-remote", "--new-instance", "--profile", profile, url],
      env: { HOME: profile },
    }),
  });

const webkit =
  (compiler?: "baseline") =>
  (path: string): Browser => ({
    needsScreen: true,
    command: (url, profile): Command => ({
      path,
      args: ["--private", url],
      env: {
        HOME: profile,
        LIBGL_ALWAYS_SOFTWARE: "1",
        NO_AT_BRIDGE: "1",
        WEBKIT_DISABLE_DMABUF_RENDERER: "1",
        JSC_useSharedArrayBuffer: "1",
        ...(compiler && environmentOfJsc("JSC_", compiler)),
      },
    }),
  });

function browser(name: string, path: string | undefined, of: (path: string) => Browser): Engine {
  return {
    name,
    missing: path === undefined ? "it is not installed" : undefined,
    run: (folder) => runBrowser(folder, of(path!)),
  };
}

const chromiumPath = findBrowser("chromium");
const firefoxPath = findBrowser("firefox");
const webkitPath = findWebKitGtk();

export const browsers: readonly Engine[] = [
  browser("Chromium", chromiumPath, chromium()),
  browser("Chromium, baseline", chromiumPath, chromium(V8.baseline)),
  browser("Firefox", firefoxPath, firefox()),
  browser("Firefox, baseline", firefoxPath, firefox(SPIDERMONKEY.baseline)),
  browser("Firefox, optimizing", firefoxPath, firefox(SPIDERMONKEY.optimizing)),
  browser("WebKitGTK", webkitPath, webkit()),
  browser("WebKitGTK, baseline", webkitPath, webkit("baseline")),
];
