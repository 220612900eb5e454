/**
 * The determinism suite: cases whose results must have the same bits in every engine. It uses no Node modules, because its bundle also
 * runs in pages.
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
  /** The engine's name and version, as it reports them. */
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

/** Runs all cases in order. A case that fails has the error's message instead of its hashes. */
export async function runSuite(): Promise<SuiteResult> {
  const begin = performance.now();
  const records: Record<string, CaseRecord> = {};
  for (const [name, run] of Object.entries(cases)) {
    records[name] = await run().catch((error: unknown) => ({ error: String(error) }));
  }
  const milliseconds = performance.now() - begin;
  return { kernel: kernelVersion, engine: navigatorName(), milliseconds, cases: records };
}

/** The user agent, such as "Node.js/20.20.2"; Node 20 has no navigator. */
function navigatorName(): string {
  const { navigator, process } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { version?: string };
  };
  return navigator?.userAgent ?? `Node.js/${process?.version?.slice(1)}`;
}
