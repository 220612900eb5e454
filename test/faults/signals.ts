import { existsSync } from "node:fs";
import { expectTrue, type Workspace } from "./workspace.js";

/** More than a run can do while it is broken. */
const EPOCHS = 10_000_000;
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function expectResumable(work: Workspace): Promise<void> {
  const again = work.start(["run", "--resume", work.file("run")]);
  await again.stderrHas("epoch ");
  again.child.kill("SIGINT");
  const { code, stderr } = await again.outcome;
  expectTrue(code === 130, `the run cannot be resumed: exit code ${code}: ${stderr}`);
}

/** One signal: a checkpoint is saved, and the run can be resumed. Two signals: it ends at once. */
export async function signals(work: Workspace): Promise<string> {
  for (const [signal, code] of Object.entries(CODES)) {
    work.remove("run");
    const once = work.start(work.run("run", EPOCHS));
    await once.stderrHas("epoch ");
    once.child.kill(signal as keyof typeof CODES);
    const { code: got, stderr } = await once.outcome;
    expectTrue(got === code, `${signal}: exit code ${got}: ${stderr}`);
    expectTrue(existsSync(work.file("run/checkpoint.safetensors")), `${signal}: no checkpoint`);
  }
  const twice = work.start(["run", "--resume", work.file("run")]);
  await twice.stderrHas("epoch ");
  twice.child.kill("SIGINT");
  twice.child.kill("SIGINT");
  expectTrue((await twice.outcome).code === 130, "two signals: another exit code");
  await expectResumable(work);
  return "exit codes 130, 143 and 129 with a checkpoint; after two signals the last checkpoint resumes";
}

/** A second process that writes a run is refused and changes nothing. */
export async function twoAtOnce(work: Workspace): Promise<string> {
  const first = work.start(work.run("run", EPOCHS));
  await first.stderrHas("epoch ");
  const resumed = await work.call("run", "--resume", work.file("run"));
  const forced = await work.call(...work.run("run", 5, "--force"));
  for (const { code, stderr } of [resumed, forced]) {
    expectTrue(code === 1 && /is writing this run/.test(stderr), `the second process: exit code ${code}, ${stderr}`);
  }
  first.child.kill("SIGINT");
  expectTrue((await first.outcome).code === 130, "the first process failed");
  await expectResumable(work);
  return "--resume and --force beside a run at work: exit code 1, and the run goes on";
}

/** The directory of a run at work is deleted. */
export async function deletedDirectory(work: Workspace): Promise<string> {
  const running = work.start(work.run("run", EPOCHS));
  await running.stderrHas("epoch ");
  work.remove("run");
  const { code, stderr } = await running.outcome;
  expectTrue(code === 1, `exit code ${code}: ${stderr}`);
  expectTrue(/was removed while the run was at work|no such file/.test(stderr), stderr);
  expectTrue(!/ {4}at /.test(stderr), "a stack trace is printed");
  expectTrue(!existsSync(work.file("run")), "the directory was made again");
  return "exit code 1 at the next checkpoint, with a message; nothing is made again";
}
