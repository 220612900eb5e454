import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "./bundle.js";
import { differenceOf, type Expected } from "./compare.js";
import type { Engine } from "./engine.js";
import json from "./expected.json" with { type: "json" };
import type { SuiteResult } from "./suite/index.js";

export const expected = json as unknown as Expected;

/** Writes the bundle into a temporary folder, which is removed after the tests of the file. */
export async function temporaryBundle(options?: { readonly flip: boolean }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-engines-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  await bundle(folder, options);
  return folder;
}

/** Adds a test for each engine and case. An engine that is not available is skipped with a warning. */
export function checkEngines(engines: readonly Engine[], folder: string): void {
  for (const engine of engines) {
    if (engine.missing) console.warn(`${engine.name} is skipped: ${engine.missing}`);
    describe.skipIf(engine.missing)(engine.name, () => {
      let result: SuiteResult;
      beforeAll(async () => {
        result = await engine.run(folder);
      }, 200_000);

      test.each(Object.keys(expected.cases))("%s", (name) => {
        const versions = `expected of kernel ${expected.kernel}, got with kernel ${result.kernel} in ${result.engine}`;
        expect(differenceOf(expected.cases[name]!, result.cases[name]), versions).toBeUndefined();
      });
    });
  }
}
