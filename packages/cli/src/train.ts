import type { Series } from "@sluice/data";
import type { Forecaster, Plan } from "@sluice/pipeline";
import type { ExitCode } from "./exit-codes.js";
import { Interruption } from "./interruption.js";
import { MetricsLog } from "./metrics-log.js";
import { Progress } from "./progress.js";
import { FILES, type RunDirectory } from "./run-directory.js";
import type { Speaker } from "./speaker.js";

export interface Training {
  readonly series: Series;
  readonly plan: Plan;
  readonly directory: RunDirectory;
  /** What to go on from. */
  readonly checkpoint: Uint8Array | undefined;
}

/** Milliseconds between two checkpoints. */
const CHECKPOINT = 10_000;

/** Trains, and writes metrics.jsonl and checkpoints meanwhile; the exit code where a signal interrupted it. */
export async function train(
  { series, plan, directory, checkpoint }: Training,
  threads: number | "auto",
  speaker: Speaker,
): Promise<Forecaster | ExitCode> {
  const { InterruptedError, checkpointEpochs, fit } = await import("@sluice/pipeline");
  const log = new MetricsLog(directory.file(FILES.metrics), checkpoint ? checkpointEpochs(checkpoint) : 0);
  const save = (bytes: Uint8Array) => {
    log.flush();
    directory.write(FILES.checkpoint, bytes);
  };
  const progress = speaker.options.quiet ? undefined : new Progress(speaker.terminal);
  const interruption = new Interruption();
  let saved = performance.now();
  try {
    return await fit(series, plan.recipe, {
      signal: interruption.signal,
      threads,
      ...(checkpoint && { resume: checkpoint }),
      onProgress: ({ checkpoint: take, epochs, ...line }) => {
        log.append(line);
        progress?.show({ ...line, epochs });
        const now = performance.now();
        if (now - saved < CHECKPOINT && line.epoch + 1 < epochs) return;
        save(take());
        saved = now;
      },
    });
  } catch (error) {
    progress?.end();
    if (!(error instanceof InterruptedError)) throw error;
    save(error.checkpoint);
    speaker.say(
      `stopped after ${error.epochs} of ${plan.recipe.epochs} epochs, all saved; go on with: sluice run --resume ${directory.path}`,
    );
    return interruption.code;
  } finally {
    interruption.stopListening();
    log.close();
    progress?.end();
  }
}
