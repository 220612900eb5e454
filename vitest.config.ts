import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findBrowser } from "./scripts/browsers.mjs";

// packages run from source: no build is needed between an edit and a test
const conditions = ["@sluice/source", "module", "import", "default"];
const nodeConditions = ["node", ...conditions];
const browser = { resolve: { conditions } };
const node = { resolve: { conditions: nodeConditions }, ssr: { resolve: { conditions: nodeConditions } } };

const packageTests = "packages/*/test/**/*.test.ts";
/** Tests that need Node: files, processes, other browsers. */
const nodeTests = "**/*.node.test.ts";

/** The least share of lines that the Node tests of a package must run, in percent: npm run coverage. */
const COVERAGE_FLOORS = {
  "kernel-wasm": 95,
  model: 95,
  interop: 94,
  data: 94,
  pipeline: 97,
  viz: 97,
  cli: 94,
};

const chromium = findBrowser("chromium");
const firefox = findBrowser("firefox");

export default defineConfig({
  test: {
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/generated/**"],
      reporter: [["text", { skipFull: true, maxCols: 120 }], "html"],
      thresholds: Object.fromEntries(
        Object.entries(COVERAGE_FLOORS).map(([name, lines]) => [`packages/${name}/src/**`, { lines }]),
      ),
    },
    projects: [
      {
        ...node,
        test: {
          name: "node",
          environment: "node",
          include: [packageTests, "test/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        ...browser,
        server: {
          headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
        },
        optimizeDeps: { entries: [packageTests, `!${nodeTests}`] },
        test: {
          name: "browser",
          include: [packageTests],
          exclude: [nodeTests],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [
              {
                browser: "chromium",
                provider: playwright({
                  launchOptions: { args: [...CHROMIUM_FLAGS], ...(chromium && { executablePath: chromium }) },
                }),
              },
              {
                browser: "firefox",
                provider: playwright({
                  launchOptions: { ...(firefox && { channel: "moz-firefox", executablePath: firefox }) },
                }),
              },
            ],
          },
        },
      },
    ],
  },
});
