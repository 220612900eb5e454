import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findBrowser } from "./scripts/browsers.mjs";

// packages are run from source: no rebuild between an edit and a test
const conditions = ["@sluice/source", "module", "import", "default"];
const resolve = { conditions };
/** The same in Node. */
const ofNode = ["node", ...conditions];
const node = { resolve: { conditions: ofNode }, ssr: { resolve: { conditions: ofNode } } };

const everywhere = "packages/*/test/**/*.test.ts";
/** Tests that need Node: files, processes, other browsers. */
const nodeOnly = "**/*.node.test.ts";

const chromium = findBrowser("chromium");
const firefox = findBrowser("firefox");

export default defineConfig({
  test: {
    projects: [
      {
        ...node,
        test: { name: "node", environment: "node", include: [everywhere, "test/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        resolve,
        server: {
          headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
        },
        optimizeDeps: { entries: [everywhere, `!${nodeOnly}`] },
        test: {
          name: "browser",
          include: [everywhere],
          exclude: [nodeOnly],
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
