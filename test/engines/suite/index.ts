/**
 * The runs whose bits must be the same in every engine. Nothing here is Node's: the bundle of this file runs in servers and pages alike.
 */
import { kernelVersion } from "@sluice/model";
import { functionCases } from "./function-cases.js";
import { passCases } from "./pass-cases.js";
import { pipelineCases } from "./pipeline-cases.js";
import type { CaseRecord } from "./record.js";
import { resumedCases } from "./resumed-case.js";
import { train } from "./training-case.js";
import { trainingCases } from "./training-cases.js";

export interface SuiteResult {
  readonly kernel: string;
  /** What the engine calls itself. */
  readonly engine: string;
  readonly milliseconds: number;
  readonly cases: Readonly<Record<string, CaseRecord>>;
}

const cases: Readonly<Record<string, () => Promise<CaseRecord>>> = {
  ...functionCases,
  ...passCases,
  ...Object.fromEntries(Object.entries(trainingCases).map(([name, one]) => [name, () => train(one)])),
  ...resumedCases,
  ...pipelineCases,
};

/** Runs every case, one after the other. A case that fails has the error's message in the place of its hashes. */
export async function runSuite(): Promise<SuiteResult> {
  const begin = performance.now();
  const records: Record<string, CaseRecord> = {};
  for (const [name, run] of Object.entries(cases)) {
    records[name] = await run().catch((error: unknown) => ({ error: String(error) }));
  }
  const milliseconds = performance.now() - begin;
  return { kernel: kernelVersion, engine: navigatorName(), milliseconds, cases: records };
}

/** "Node.js/20.20.2" and the like; Node 20 has no navigator. */
function navigatorName(): string {
  const { navigator, process } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { version?: string };
  };
  return navigator?.userAgent ?? `Node.js/${process?.version?.slice(1)}`;
}
