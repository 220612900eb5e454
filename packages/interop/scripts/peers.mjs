import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../../bench/package.json", import.meta.url));

/** A module that the bench holds Sluice against, installed by `npm ci` in bench/. */
export const peer = (name) => import(pathToFileURL(require.resolve(name)).href);
