import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../../bench/package.json", import.meta.url));

/** Imports a module that `npm ci` in bench/ installs. */
export const peer = (name) => import(pathToFileURL(require.resolve(name)).href);
