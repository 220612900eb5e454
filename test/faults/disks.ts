import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { expectTrue, expectWhole, type Workspace } from "./workspace.js";

const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Mounts a small file system on a folder while it is used; undefined where that is not possible. */
async function onMount(
  work: Workspace,
  size: string,
  use: (remount: (options: string) => void) => Promise<string>,
): Promise<string | undefined> {
  const path = work.file("disk");
  mkdirSync(path);
  if (process.platform !== "linux" || !run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path))
    return undefined;
  try {
    return await use((options) =>
      expectTrue(run("mount", "-o", `remount,${options}`, path), `cannot remount ${options}`),
    );
  } finally {
    run("umount", path);
  }
}

/** The disk is full: at the start, and when the results are written. */
export const fullDisk = (work: Workspace) =>
  onMount(work, "64k", async (remount) => {
    await work.call(...work.run("whole", 40));
    const fingerprint = work.fingerprint("whole")!;
    const { code, stderr } = await work.call(...work.run("disk/run", 40));
    expectTrue(
      code === 1 && /disk\/run\/.*: no space left on the device/.test(stderr),
      `exit code ${code}: ${stderr}`,
    );
    remount("size=8m");
    const resumed = existsSync(work.file("disk/run"))
      ? await work.call("run", "--resume", work.file("disk/run"))
      : await work.call(...work.run("disk/run", 40));
    expectTrue(resumed.code === 0, `after space was made: ${resumed.stderr}`);
    await expectWhole(work, "disk/run", fingerprint);
    const { bavail, bsize } = statfsSync(work.file("disk"));
    writeFileSync(work.file("disk/filler"), Buffer.alloc(bavail * bsize - 60_000));
    const forced = await work.call(...work.run("disk/run", 40, "--seed", "9", "--force"));
    expectTrue(forced.code === 1, `--force on a full disk: exit code ${forced.code}`);
    await expectWhole(work, "disk/run", fingerprint);
    return "exit code 1, the line names the file; with space again the run resumes to the same result; the old run stays whole";
  });

/** The disk is read-only. */
export const readOnly = (work: Workspace) =>
  onMount(work, "8m", async (remount) => {
    await work.call(...work.run("disk/old", 5));
    const fingerprint = work.fingerprint("disk/old")!;
    remount("ro");
    const fresh = await work.call(...work.run("disk/new", 5));
    const forced = await work.call(...work.run("disk/old", 5, "--force"));
    for (const { code, stderr } of [fresh, forced]) {
      expectTrue(code === 2 && /read-only/.test(stderr), `exit code ${code}: ${stderr}`);
    }
    expectTrue(readdirSync(work.file("disk")).length === 1, "a directory was made");
    await expectWhole(work, "disk/old", fingerprint);
    expectTrue((await work.call("forecast", work.file("disk/old"))).code === 0, "forecast needs to write");
    return "a run is refused before training, exit code 2; forecast and verify work";
  });
