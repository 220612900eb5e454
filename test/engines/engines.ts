/** The engines that the suite of bits runs in, each with its compilers as they are and, where flags choose, with one of them alone. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findBrowser } from "../../scripts/browsers.mjs";
import { findWebKitGtk } from "../../scripts/install-engines.mjs";
import type { Command } from "./processes.js";
import { type Browser, runBrowser } from "./run-browser.js";
import { runServer } from "./run-server.js";
import type { SuiteResult } from "./suite/index.js";

export interface Engine {
  readonly name: string;
  /** Why it does not run here; undefined where it does. */
  readonly missing: string | undefined;
  /** Runs the bundle that lies in a folder. */
  run(folder: string): Promise<SuiteResult>;
}

/** V8's compilers of wasm and JavaScript: Liftoff and Ignition alone; TurboFan from the first call. */
const V8 = { baseline: ["--liftoff-only", "--no-opt"], optimizing: ["--no-liftoff", "--no-wasm-tier-up"] };

/** JavaScriptCore's: without the optimizing ones; these from nearly the first call. */
const JSC = {
  baseline: { useOMGJIT: "0", useDFGJIT: "0" },
  optimizing: { useWasmIPInt: "0", thresholdForOMGOptimizeAfterWarmUp: "1", thresholdForOMGOptimizeSoon: "1" },
};

/** SpiderMonkey's: the baseline of wasm alone; Ion alone. */
const SPIDERMONKEY = {
  baseline: { "javascript.options.wasm_optimizingjit": false, "javascript.options.ion": false },
  optimizing: { "javascript.options.wasm_baselinejit": false },
};

const prefixed = (prefix: string, options: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [`${prefix}${name}`, value]));

/** A binary of the packages beside this file. */
function installed(path: string): string | undefined {
  const whole = fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));
  return existsSync(whole) ? whole : undefined;
}

const [os, cpu] = [process.platform, process.arch];
const node24 = installed(`node-${os}-${cpu}/bin/node`);
const bun = installed(`@oven/bun-${os}-${cpu === "arm64" ? "aarch64" : cpu}/bin/bun`);
const deno = installed(`@deno/${os}-${cpu}${os === "linux" ? "-glibc" : ""}/deno`);
const NOT_INSTALLED = "its package is not installed: npm run engines";

function server(name: string, path: string | undefined, args: readonly string[] = [], env = {}): Engine {
  return {
    name,
    missing: path === undefined ? NOT_INSTALLED : undefined,
    run: (folder) => runServer(folder, { path: path!, args, env }),
  };
}

function browser(name: string, path: string | undefined, of: (path: string) => Browser): Engine {
  return {
    name,
    missing: path === undefined ? "it is not installed" : undefined,
    run: (folder) => runBrowser(folder, of(path!)),
  };
}

const CHROMIUM = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

const chromium =
  (flags: readonly string[] = []) =>
  (path: string): Browser => ({
    command: (url, profile): Command => ({
      path,
      args: [
        ...CHROMIUM,
        ...(flags.length > 0 ? [`--js-flags=${flags.join(",")}`] : []),
        `--user-data-dir=${profile}`,
        url,
      ],
    }),
  });

/** Nothing that a first start asks or fetches. */
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
  (options: Readonly<Record<string, string>> = {}) =>
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
        ...prefixed("JSC_", options),
      },
    }),
  });

const webkitPath = findWebKitGtk();
const chromiumPath = findBrowser("chromium");
const firefoxPath = findBrowser("firefox");
const denoFlags = (flags: readonly string[] = []) => [
  "run",
  "--allow-all",
  "--no-lock",
  "--no-remote",
  ...(flags.length > 0 ? [`--v8-flags=${flags.join(",")}`] : []),
];

/** Engines without a page. */
export const servers: readonly Engine[] = [
  server("this Node", process.execPath),
  server("this Node, baseline", process.execPath, V8.baseline),
  server("this Node, optimizing", process.execPath, V8.optimizing),
  server("Node 24", node24),
  server("Node 24, baseline", node24, V8.baseline),
  server("Node 24, optimizing", node24, V8.optimizing),
  server("Deno", deno, denoFlags()),
  server("Bun", bun),
  server("Bun, baseline", bun, [], prefixed("BUN_JSC_", JSC.baseline)),
  server("Bun, optimizing", bun, [], prefixed("BUN_JSC_", JSC.optimizing)),
];

export const browsers: readonly Engine[] = [
  browser("Chromium", chromiumPath, chromium()),
  browser("Chromium, baseline", chromiumPath, chromium(V8.baseline)),
  browser("Firefox", firefoxPath, firefox()),
  browser("Firefox, baseline", firefoxPath, firefox(SPIDERMONKEY.baseline)),
  browser("Firefox, optimizing", firefoxPath, firefox(SPIDERMONKEY.optimizing)),
  browser("WebKitGTK", webkitPath, webkit()),
  browser("WebKitGTK, baseline", webkitPath, webkit(JSC.baseline)),
];
