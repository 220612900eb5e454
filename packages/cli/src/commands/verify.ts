import type { Series } from "@sluice/data";
import type { Manifest, Verdict } from "@sluice/pipeline";
import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import type { RunConfig } from "../run/config.js";
import { type ChangedFile, RunDirectory } from "../run/directory.js";
import { settleReplacement } from "../run/replacement.js";
import { seriesOfRun, withSeriesIn } from "../run/series.js";
import type { Output } from "../terminal/output.js";
import { Progress } from "../terminal/progress.js";

export interface VerifyRequest {
  readonly run: string;
  /** A file with the series; undefined for the copy in the run. */
  readonly file: string | undefined;
  readonly threads: number | "auto";
}

/** The verdict of a run whose files are too damaged to run it again. */
type Outcome = Verdict | { readonly outcome: "damaged"; readonly reason: string };

/** Checks every file of a finished run, runs it again and compares the results bit by bit. */
export async function verify(request: VerifyRequest, output: Output): Promise<ExitCode> {
  const { run } = request;
  settleReplacement(run);
  const directory = RunDirectory.open(run);
  directory.expectFinished();
  const files = directory.changedFiles();
  const verdict = await runAgain(directory, files, request, output);
  const lines = files.map(({ file, problem }) => `${run}/${file}: ${problem} since the run wrote it`);
  output.data(`${[...lines, verdictLine(run, verdict)].join("\n")}\n`, () => ({ run, ...verdict, files }));
  if (files.length > 0) return EXIT.gate;
  if (verdict.outcome === "equal") return EXIT.done;
  return verdict.outcome === "not-comparable" ? EXIT.failed : EXIT.gate;
}

async function runAgain(
  directory: RunDirectory,
  changed: readonly ChangedFile[],
  { file, threads }: VerifyRequest,
  output: Output,
): Promise<Outcome> {
  const { FormatError, verify: verifyManifest } = await import("@sluice/pipeline");
  let config: RunConfig;
  let manifest: Manifest;
  let series: Series | undefined;
  try {
    config = directory.readConfig();
    manifest = directory.readManifest(config);
    if (file === undefined) series = await seriesOfRun(directory, config);
  } catch (error) {
    if (!(error instanceof FormatError) || changed.length === 0) throw error;
    return { outcome: "damaged", reason: error.message };
  }
  const progress = output.options.quiet ? undefined : new Progress(output.terminal);
  const options = { threads, onProgress: (step: Parameters<Progress["show"]>[0]) => progress?.show(step) };
  const compare = (series: Series) => verifyManifest(manifest, series, options).finally(() => progress?.end());
  return series ? compare(series) : withSeriesIn(file!, config, output.terminal, compare);
}

function verdictLine(run: string, verdict: Outcome): string {
  if (verdict.outcome === "equal") return `${run}: equal, fingerprint ${verdict.fingerprint}`;
  if (verdict.outcome === "not-comparable") return `${run}: not comparable: ${verdict.reason}`;
  if (verdict.outcome === "damaged") return `${run}: cannot be run again: ${verdict.reason}`;
  const { epoch, tensor, got, expected, field } = verdict;
  if (got === expected) return `${run}: different: "${field}" is not what the run gives; the fingerprint is equal`;
  const losses = epoch === null ? "all losses are equal" : `the loss differs from epoch ${epoch + 1} on`;
  const tensors = tensor === null ? "no tensor differs" : `the first tensor that differs is ${tensor}`;
  return `${run}: different, fingerprint ${got} instead of ${expected}; ${losses}; ${tensors}`;
}
