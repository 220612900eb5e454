import { rmSync } from "node:fs";
import { root, runNode } from "./child.js";
import { printTable } from "./table.js";
import { race, type Timing } from "./timing.js";

const PRESETS = ["notebook", "notebook-fixed"] as const;

/** The notebook's 5,000 epochs as a whole process, its report included: as written, and with the state carried. */
export async function notebook(): Promise<Record<(typeof PRESETS)[number], Timing>> {
  const out = `${root}runs/bench-notebook`;
  const timed = await race(
    PRESETS.map((name) => ({
      name,
      run: () => runNode(["packages/cli/bin/sluice.js", "run", "--preset", name, "--out", out, "--force", "--quiet"]),
    })),
  );
  rmSync(out, { recursive: true });
  const seconds = (n: number) => (n / 1000).toFixed(2);
  printTable("the notebook's 5,000 epochs, from the command to its report: seconds", [
    ["", "minimum", "median"],
    ...PRESETS.map((name) => [name, seconds(timed[name]!.minimum), seconds(timed[name]!.median)]),
  ]);
  return timed as Record<(typeof PRESETS)[number], Timing>;
}
