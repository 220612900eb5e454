/** The bundled module for pages without a bundler contains the licenses of its dependencies. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

const bundle = readFileSync(fileURLToPath(new URL("../dist/sluice-viz.js", import.meta.url)), "utf8");
const license = /\/\*!\n(.*)\*\//s.exec(bundle)![1]!;

// d3-color and d3-time-format are dependencies of d3-scale
test.each([...Object.keys(manifest.dependencies), "d3-color", "d3-time-format"])(
  "carries the copyright notice of %s",
  (name) => {
    expect(license).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: Copyright .* Mike Bostock$`, "m"));
  },
);

test("contains the permission notice and the disclaimer of the ISC license once", () => {
  expect(license.match(/Permission to use, copy, modify/g)).toHaveLength(1);
  expect(license.match(/THE SOFTWARE IS PROVIDED "AS IS"/g)).toHaveLength(1);
});
