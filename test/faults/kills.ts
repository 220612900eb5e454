import { existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expectTrue, expectWhole, type Workspace } from "./workspace.js";

const EPOCHS = 1500;

/** Milliseconds from the first message of a run to its end, and its fingerprint. */
async function reference(work: Workspace, seed: string): Promise<{ duration: number; fingerprint: string }> {
  const { outcome, stderrHas } = work.start(work.run("whole", EPOCHS, "--seed", seed, "--force"));
  await stderrHas("training on");
  const from = performance.now();
  expectTrue((await outcome).code === 0, "the reference run failed");
  return { duration: performance.now() - from, fingerprint: work.fingerprint("whole")! };
}

/**
 * Kills runs at random moments, from their first message to their end, and resumes them until they are finished. Every other
 * run replaces a finished one, which must be whole until then.
 */
export async function kills(work: Workspace, count: number): Promise<string> {
  const references = [await reference(work, "1"), await reference(work, "2")];
  const metrics = readFileSync(work.file("whole/metrics.jsonl"), "utf8");
  const seen = { absent: 0, unfinished: 0, finished: 0 };
  let runs = 0;
  for (let killed = 0; killed < count; runs++) {
    const replaces = runs % 2 === 1;
    const seed = replaces ? 1 : 0;
    for (let ended = false; !ended; ) {
      const path = work.file("run");
      const isBegun = existsSync(replaces ? `${path}/sluice-run.new/sluice-run.json` : `${path}/sluice-run.json`);
      const args = isBegun
        ? ["run", "--resume", path]
        : work.run("run", EPOCHS, "--seed", String(seed + 1), ...(replaces ? ["--force"] : []));
      const { child, outcome, stderrHas } = work.start(args);
      await stderrHas("training on");
      const { duration } = references[seed]!;
      if (killed < count) await Promise.race([setTimeout(Math.random() * duration * 1.1), outcome]);
      if (killed < count && child.exitCode === null) {
        child.kill("SIGKILL");
        killed++;
      }
      await outcome;
      ended = work.fingerprint("run") === references[seed]!.fingerprint && child.exitCode === 0;
      if (ended) break;
      if (replaces) {
        const forecast = await work.call("forecast", path);
        expectTrue(forecast.code === 0, `after a kill the run that is replaced is not whole: ${forecast.stderr}`);
      }
      seen[!existsSync(path) ? "absent" : work.fingerprint("run") ? "finished" : "unfinished"]++;
      if (work.fingerprint("run") === references[seed]!.fingerprint && child.signalCode === "SIGKILL") {
        // killed after its last file was written, or while it was
        const again = await work.call("run", "--resume", path, "--quiet");
        expectTrue(again.code === 0, `resume after a kill at the end: ${again.stderr}`);
        ended = true;
      }
    }
    await expectWhole(work, "run", references[seed]!.fingerprint);
    if (seed === 1) {
      expectTrue(readFileSync(work.file("run/metrics.jsonl"), "utf8") === metrics, "metrics.jsonl is another");
      work.remove("run");
    }
  }
  return `${count} kills in ${runs} runs (then ${seen.absent} without a directory, ${seen.unfinished} unfinished, ${seen.finished} with a finished run): all resumed to equal fingerprints`;
}
