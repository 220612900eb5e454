import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectTrue, type Workspace } from "./workspace.js";

const flipped = (bytes: Buffer) => {
  const copy = Buffer.from(bytes);
  copy[Math.floor(Math.random() * copy.length)]! ^= 1 << Math.floor(Math.random() * 8);
  return copy;
};

/** Each file of a finished run is cut, has a bit flipped, is swapped with that of another run, or is removed. */
export async function damagedFiles(work: Workspace): Promise<string> {
  await work.call(...work.run("run", 2));
  await work.call(...work.run("other", 2, "--seed", "7"));
  const run = work.file("run");
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name).slice(run.length + 1));
  let changes = 0;
  for (const name of names) {
    const path = join(run, name);
    const original = readFileSync(path);
    const swapped = readFileSync(work.file(`other/${name}`));
    const damages = [original.subarray(0, original.length / 2), flipped(original), swapped, undefined];
    for (const damage of damages) {
      if (damage?.equals(original)) continue; // both runs have the same series
      if (damage) writeFileSync(path, damage);
      else rmSync(path);
      const { code, stdout, stderr } = await work.call("verify", run, "--quiet");
      const isNamed = name === "sluice-run.json" ? code !== 0 : code === 5 && stdout.includes(name);
      expectTrue(isNamed, `${name}: exit code ${code}: ${stdout}${stderr}`);
      if (name === "model.safetensors") expectTrue((await work.call("forecast", run)).code !== 0, "forecast with it");
      writeFileSync(path, original);
      changes++;
    }
  }
  return `${changes} changes of ${names.length} files: verify names the file each time, exit code 5`;
}

/** Each file that --resume reads is damaged in the same ways, but swapped: another run's file is a whole run of its own. */
export async function damagedCheckpoints(work: Workspace): Promise<string> {
  const stopped = work.start(work.run("run", 100_000));
  await stopped.stderrHas("epoch ");
  stopped.child.kill("SIGINT");
  await stopped.outcome;
  const run = work.file("run");
  for (const name of ["sluice-run.json", "config.json", "series.safetensors", "checkpoint.safetensors"]) {
    const path = join(run, name);
    const original = readFileSync(path);
    const damages = [original.subarray(0, original.length / 2)];
    if (name.endsWith(".safetensors")) for (let i = 0; i < 5; i++) damages.push(flipped(original));
    for (const damage of damages) {
      writeFileSync(path, damage);
      const { code, stderr } = await work.call("run", "--resume", run);
      expectTrue(code === 3 && stderr.includes(name), `${name}: exit code ${code}: ${stderr}`);
      expectTrue(readFileSync(path).equals(damage), `${name}: a refused resume wrote it`);
      writeFileSync(path, original);
    }
  }
  return "cut and flipped files: resume is refused with exit code 3, names the file and changes nothing";
}
