import { fullDisk, readOnly } from "./disks.js";
import { damagedCheckpoints, damagedFiles } from "./files.js";
import { kills } from "./kills.js";
import { deletedDirectory, signals, twoAtOnce } from "./signals.js";
import { closedPipes, fullStreams } from "./streams.js";
import type { Workspace } from "./workspace.js";

/** Breaks runs in one way. Returns what happened, undefined if it cannot be tried here; throws if something was lost. */
export type Fault = (work: Workspace) => Promise<string | undefined>;

/** Each kind of fault, by name. */
export const faultsWith = (options: { readonly kills: number }): Readonly<Record<string, Fault>> => ({
  [`kill -9 at ${options.kills} random moments`]: (work) => kills(work, options.kills),
  "signals, once and twice": signals,
  "two processes on one run": twoAtOnce,
  "directory deleted while a run is at work": deletedDirectory,
  "closed pipes": closedPipes,
  "full stdout and stderr": fullStreams,
  "full disk": fullDisk,
  "read-only disk": readOnly,
  "files of a finished run cut, flipped, swapped, removed": damagedFiles,
  "files of an interrupted run cut, flipped": damagedCheckpoints,
});
