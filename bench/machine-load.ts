import { existsSync, readFileSync } from "node:fs";

/** Processes that the bench started and that still run; their CPU time is the bench's own. */
export const ownProcesses = new Set<number>();

/** Mean numbers of processors, over a period, that other processes used and that the host gave to other machines. */
export interface Load {
  readonly others: number;
  readonly stolen: number;
}

/** /proc counts in hundredths of a second. */
const TICKS_PER_SECOND = 100;

interface CpuTimes {
  /** Ticks of the whole machine, without idle and stolen ones. */
  readonly busy: number;
  readonly stolen: number;
  /** Ticks of this process, its ended children, and its running peers. */
  readonly own: number;
  readonly at: number;
}

/** Starts to measure. The returned function returns the load since then, or undefined if there is no /proc. */
export function measureLoad(): () => Load | undefined {
  const before = readCpuTimes();
  return () => {
    const now = readCpuTimes();
    if (!before || !now) return undefined;
    const ticks = ((now.at - before.at) / 1000) * TICKS_PER_SECOND;
    const busy = now.busy - before.busy - (now.own - before.own);
    return { others: Math.max(0, busy / ticks), stolen: (now.stolen - before.stolen) / ticks };
  };
}

function readCpuTimes(): CpuTimes | undefined {
  try {
    const machine = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]!.trim().split(/\s+/).slice(1).map(Number);
    const [user, nice, system, , , interrupts, softInterrupts, stolen] = machine as number[];
    const own = ["self", ...ownProcesses].reduce<number>((sum, pid) => sum + ticksOf(pid), 0);
    return {
      busy: user! + nice! + system! + interrupts! + softInterrupts!,
      stolen: stolen!,
      own,
      at: performance.now(),
    };
  } catch {
    return undefined;
  }
}

/** User and system time of a process and of its children that have ended (proc(5): fields 14 to 17 of stat); 0 if it has ended. */
function ticksOf(pid: number | string): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  const stat = readFileSync(file, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // field 3 is the first after the name
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}
