import type { SuiteResult } from "./suite/index.js";

/** An engine, perhaps with one kind of its compilers alone. */
export interface Engine {
  readonly name: string;
  /** Why it does not run here; undefined where it does. */
  readonly missing: string | undefined;
  /** Runs the bundle that lies in a folder. */
  run(folder: string): Promise<SuiteResult>;
}
