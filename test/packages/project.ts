import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Packed, packAll } from "../../scripts/pack.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** An empty project outside the repository, with all packages installed from their tarballs. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-packed-"));
  readonly packed: readonly Packed[] = packAll(this.folder);

  constructor() {
    this.write("package.json", JSON.stringify({ name: "empty", private: true, type: "module" }));
    const tarballs = this.packed.map(({ filename }) => `./${filename}`);
    this.run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs]);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A file of an installed package, as text. */
  read(name: string, file: string): string {
    return readFileSync(this.path(`node_modules/@sluice/${name}/${file}`), "utf8");
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  packedAs(name: string): Packed {
    return this.packed.find((packed) => packed.name === `@sluice/${name}`)!;
  }

  /** Runs a command that must succeed and returns what it prints. */
  run(command: string, args: readonly string[], cwd = this.folder): string {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit code ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a module in the project and returns what it prints. */
  script(code: string): string {
    this.write("script.mjs", code);
    return this.run(process.execPath, ["script.mjs"]).trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
