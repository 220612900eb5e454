import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runSluice } from "./run-sluice.js";

const folders = ["data", "pipeline"].map((name) => fileURLToPath(new URL(`../../${name}/src`, import.meta.url)));

/** The flags that hints of the data package and of the pipeline name. */
function hintedFlags(): string[] {
  const flags = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => readFileSync(`${folder}/${file}`, "utf8").match(/(?<=["`])--[a-z]+(-[a-z]+)*/g) ?? []),
  );
  return [...new Set(flags)].sort();
}

test.each(["run", "check"])("every flag that a hint names is a flag of %s", async (command) => {
  const { stdout } = await runSluice([command, "--help"]);
  const flags = hintedFlags();
  expect(flags).toEqual(
    expect.arrayContaining(["--date-format", "--encoding", "--series", "--sheet", "--transforms"]),
  );
  for (const flag of flags) expect(stdout).toMatch(new RegExp(`^ +${flag}\\b`, "m"));
});
