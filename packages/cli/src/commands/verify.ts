import type { Manifest, Verdict } from "@sluice/pipeline";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readMetrics } from "../metrics-log.js";
import { Progress } from "../progress.js";
import { isFinished } from "../run-config.js";
import { FILES, RunDirectory } from "../run-directory.js";
import { openSeries } from "../run-input.js";
import type { Speaker } from "../speaker.js";
import { UsageError } from "../usage-error.js";

export interface VerifyRequest {
  readonly run: string;
  /** Where the series is now; where the run read it by default. */
  readonly file: string | undefined;
  readonly threads: number | "auto";
}

/** Runs a manifest again and compares the bits. */
export async function verify({ run, file, threads }: VerifyRequest, speaker: Speaker): Promise<ExitCode> {
  const directory = RunDirectory.open(run);
  const manifest = manifestOf(directory);
  const series = await openSeries(directory, file, speaker.terminal);
  const { verify: again } = await import("@sluice/pipeline");
  const progress = speaker.options.quiet ? undefined : new Progress(speaker.terminal);
  const verdict = await again(manifest, series, { threads, onProgress: (step) => progress?.show(step) });
  progress?.end();
  speaker.result(`${verdictLine(run, verdict)}\n`, () => ({ run, ...verdict }));
  if (verdict.outcome === "equal") return EXIT.done;
  return verdict.outcome === "different" ? EXIT.gate : EXIT.failed;
}

function manifestOf(directory: RunDirectory): Manifest {
  const { input: _, ...results } = directory.config;
  if (!isFinished(directory.config)) {
    throw new UsageError(
      `${directory.path}: the run is not finished; go on with: sluice run --resume ${directory.path}`,
    );
  }
  const lines = readMetrics(directory.file(FILES.metrics));
  const heldOut = lines.flatMap(({ epoch, heldOutLoss }) =>
    heldOutLoss === undefined ? [] : [{ epoch, loss: heldOutLoss }],
  );
  return {
    ...(results as Omit<Manifest, "loss">),
    loss: { training: lines.map(({ loss }) => loss), heldOut },
  };
}

function verdictLine(run: string, verdict: Verdict): string {
  if (verdict.outcome === "equal") return `${run}: equal, fingerprint ${verdict.fingerprint}`;
  if (verdict.outcome === "not-comparable") return `${run}: not comparable: ${verdict.reason}`;
  const epoch =
    verdict.epoch === null ? "all losses are equal" : `the loss differs from epoch ${verdict.epoch + 1} on`;
  const tensor = verdict.tensor === null ? "no tensor differs" : `the first tensor that differs is ${verdict.tensor}`;
  return `${run}: different, fingerprint ${verdict.got} instead of ${verdict.expected}; ${epoch}; ${tensor}`;
}
