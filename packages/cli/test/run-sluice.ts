import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { sluice } from "@sluice/cli";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  /** Called with each text that is written to stderr. */
  readonly onStderr?: (text: string) => void;
}

/** Runs a command line in this process, in its working directory. */
export async function runSluice(
  args: readonly string[],
  { stdin = "", onStderr }: RunOptions = {},
): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const code = await sluice(args, {
    stdin: Readable.from([stdin]),
    stdout: {
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      write: (text) => {
        stderr += text;
        onStderr?.(text);
      },
    },
    env: {},
  });
  return { code, stdout, stderr };
}

/** Makes a temporary directory and works in it until `remove` is called. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const before = process.cwd();
  const path = mkdtempSync(join(tmpdir(), "sluice-"));
  process.chdir(path);
  return {
    path,
    remove: () => {
      process.chdir(before);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A CSV of months and values. */
export function monthly(values: readonly (number | string)[], first = 1949): string {
  const rows = values.map(
    (value, i) => `${first + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")},${value}`,
  );
  return ["month,passengers", ...rows, ""].join("\n");
}

/** A small series that is quick to learn: a rising line with a season. */
export const seasonal = Array.from(
  { length: 96 },
  (_, t) => 100 + t + [0, 5, 9, 4, -3, -8][t % 6]! + ((t * 37) % 11) / 5,
);

/** Writes the hashes of a run's files as they are now into its list, as if the run had written them. */
export function acceptFiles(run: string): void {
  const path = join(run, "sluice-run.json");
  const list = JSON.parse(readFileSync(path, "utf8")) as { files: Record<string, string> };
  for (const name of Object.keys(list.files)) {
    if (!existsSync(join(run, name))) continue;
    list.files[name] = createHash("sha256")
      .update(readFileSync(join(run, name)))
      .digest("hex");
  }
  writeFileSync(path, JSON.stringify(list));
}
