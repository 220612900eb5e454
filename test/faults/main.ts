/** Breaks runs in every way and prints what happened; exit code 1 if anything was lost. npm run faults -- 50 */
import { faultsWith } from "./faults.js";
import { Workspace } from "./workspace.js";

const kills = Number(process.argv[2] ?? 50);
for (const [name, fault] of Object.entries(faultsWith({ kills }))) {
  const work = new Workspace();
  try {
    const happened = await fault(work);
    console.log(
      `${happened ? "✓" : "-"} ${name}\n    ${happened ?? "skipped: not possible on this system, or not as root"}`,
    );
  } catch (error) {
    console.log(`✗ ${name}\n    LOST: ${(error as Error).message}`);
    process.exitCode = 1;
  }
  work.remove();
}
