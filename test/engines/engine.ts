import type { SuiteResult } from "./suite/index.js";

/** A JavaScript engine, possibly restricted to one of its compilers. */
export interface Engine {
  readonly name: string;
  /** The reason why it cannot run on this machine; undefined if it can. */
  readonly missing: string | undefined;
  /** Runs the bundle in a folder. */
  run(folder: string): Promise<SuiteResult>;
}
