import { readFileSync } from "node:fs";

/** When a process started, so that another process with the same number is told apart: only on Linux, null elsewhere or if there is no such process. */
export function processStart(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // proc(5): after the name in parentheses follow the state and, as the 20th, the start in ticks since the boot
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    return fields[0] === "Z" ? null : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

/** Whether a process of this machine still runs. */
export function isRunning(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false; // EPERM: it runs, for another user
  }
  return start === null || processStart(pid) === start;
}
