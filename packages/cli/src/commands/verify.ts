import type { Verdict } from "@sluice/pipeline";
import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { RunDirectory } from "../run/directory.js";
import { withSeriesOf } from "../run/series.js";
import type { Output } from "../terminal/output.js";
import { Progress } from "../terminal/progress.js";

export interface VerifyRequest {
  readonly run: string;
  /** Where the series is now; undefined for where the run read it. */
  readonly file: string | undefined;
  readonly threads: number | "auto";
}

/** Runs a finished run again and compares the results bit by bit. */
export async function verify({ run, file, threads }: VerifyRequest, output: Output): Promise<ExitCode> {
  const directory = RunDirectory.open(run);
  const config = directory.readConfig();
  const manifest = directory.readManifest(config);
  const { verify: verifyManifest } = await import("@sluice/pipeline");
  const progress = output.options.quiet ? undefined : new Progress(output.terminal);
  const options = { threads, onProgress: (step: Parameters<Progress["show"]>[0]) => progress?.show(step) };
  const from = { path: run, config, file };
  const verdict = await withSeriesOf(from, output.terminal, (series) =>
    verifyManifest(manifest, series, options).finally(() => progress?.end()),
  );
  output.data(`${verdictLine(run, verdict)}\n`, () => ({ run, ...verdict }));
  if (verdict.outcome === "equal") return EXIT.done;
  return verdict.outcome === "different" ? EXIT.gate : EXIT.failed;
}

function verdictLine(run: string, verdict: Verdict): string {
  if (verdict.outcome === "equal") return `${run}: equal, fingerprint ${verdict.fingerprint}`;
  if (verdict.outcome === "not-comparable") return `${run}: not comparable: ${verdict.reason}`;
  const { epoch, tensor, got, expected } = verdict;
  const losses = epoch === null ? "all losses are equal" : `the loss differs from epoch ${epoch + 1} on`;
  const tensors = tensor === null ? "no tensor differs" : `the first tensor that differs is ${tensor}`;
  return `${run}: different, fingerprint ${got} instead of ${expected}; ${losses}; ${tensors}`;
}
