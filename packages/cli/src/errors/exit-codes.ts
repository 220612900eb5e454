/** The exit codes of all commands. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  badData: 3,
  diverged: 4,
  gate: 5,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
