import { rmSync } from "node:fs";
import { root, runNode } from "./run-node.js";
import { printTable } from "./table.js";
import { candidate, type Timing, timeInTurns } from "./timing.js";

const PRESETS = ["notebook", "notebook-fixed"] as const;

/** The notebook's 5,000 epochs as a process of the command line, with its report: as published, and with the state carried. */
export async function notebook(): Promise<Record<(typeof PRESETS)[number], Timing>> {
  const out = `${root}runs/bench-notebook`;
  const timed = await timeInTurns(
    PRESETS.map((name) =>
      candidate(name, () =>
        runNode(["packages/cli/bin/sluice.js", "run", "--preset", name, "--out", out, "--force", "--quiet"]),
      ),
    ),
    { warmRounds: false },
  );
  rmSync(out, { recursive: true });
  const seconds = (n: number) => (n / 1000).toFixed(2);
  printTable("sluice run with the notebook's 5,000 epochs: seconds of the whole process", [
    ["", "minimum", "median"],
    ...PRESETS.map((name) => [name, seconds(timed[name]!.minimum), seconds(timed[name]!.median)]),
  ]);
  return timed as Record<(typeof PRESETS)[number], Timing>;
}
