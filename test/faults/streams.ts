import { closeSync, openSync } from "node:fs";
import { expectTrue, expectWhole, type Workspace } from "./workspace.js";

const GATE = ["--learning-rate", "1e-7", "--fail-if-worse-than", "naive", "--transforms", "standardize"];

/** The reader of stderr or stdout goes away. */
export async function closedPipes(work: Workspace): Promise<string> {
  const stderr = work.start(work.run("a", 3000));
  stderr.child.stderr!.once("data", () => stderr.child.stderr!.destroy());
  expectTrue((await stderr.outcome).code === 0, "a closed stderr: another exit code than 0");
  const gate = work.start(work.run("b", 3, ...GATE));
  gate.child.stderr!.destroy();
  expectTrue((await gate.outcome).code === 5, "a closed stderr hides the gate");
  const stdout = work.start(work.run("c", 3));
  stdout.child.stdout!.destroy();
  const { code, stderr: text } = await stdout.outcome;
  expectTrue(code === 1, `a closed stdout: exit code ${code}`);
  expectTrue(!/ {4}at /.test(text), "a closed stdout: a stack trace");
  for (const run of ["a", "b", "c"]) await expectWhole(work, run, work.fingerprint(run)!);
  return "closed stderr: exit codes 0 and, for a gate, 5; closed stdout: 1; the runs are whole";
}

/** stderr or stdout is a device without space. */
export async function fullStreams(work: Workspace): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  const full = openSync("/dev/full", "w");
  const stderr = await work.start(work.run("a", 3, ...GATE), ["ignore", "pipe", full]).outcome;
  const stdout = await work.start(work.run("b", 3), ["ignore", full, "pipe"]).outcome;
  closeSync(full);
  expectTrue(stderr.code === 5, `a full stderr: exit code ${stderr.code}`);
  expectTrue(stdout.code === 1, `a full stdout: exit code ${stdout.code}`);
  expectTrue(/standard output: no space left on the device/.test(stdout.stderr), stdout.stderr);
  for (const run of ["a", "b"]) await expectWhole(work, run, work.fingerprint(run)!);
  return "full stderr: the gate's exit code 5; full stdout: 1 and a message; the runs are whole";
}
