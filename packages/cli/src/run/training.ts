import type { FittedForecaster, Prepared } from "@sluice/pipeline";
import { StoppedError } from "../errors/stopped-error.js";
import { Interruption } from "../terminal/interruption.js";
import type { Output } from "../terminal/output.js";
import { Progress } from "../terminal/progress.js";
import type { RunDirectory } from "./directory.js";

export interface Training {
  readonly prepared: Prepared;
  readonly directory: RunDirectory;
  /** The checkpoint to continue from. */
  readonly checkpoint: Uint8Array | undefined;
  readonly threads: number | "auto";
}

/** Milliseconds between two checkpoints. */
const CHECKPOINT_INTERVAL = 10_000;

/**
 * Trains, and writes metrics.jsonl and checkpoints.
 * @throws StoppedError if a signal stopped it, with a checkpoint saved.
 */
export async function train(
  { prepared, directory, checkpoint, threads }: Training,
  output: Output,
): Promise<FittedForecaster> {
  const { InterruptedError, checkpointHistory, fit } = await import("@sluice/pipeline");
  const log = directory.openLog(
    checkpoint ? checkpointHistory(checkpoint, directory.checkpointPath).training.length : 0,
  );
  const save = (bytes: Uint8Array) => {
    log.flush();
    directory.writeCheckpoint(bytes);
  };
  const progress = output.options.quiet ? undefined : new Progress(output.terminal);
  const interruption = new Interruption();
  let savedAt = performance.now();
  try {
    return await fit(prepared, {
      signal: interruption.signal,
      threads,
      ...(checkpoint && { resume: checkpoint }),
      onProgress: ({ checkpoint: take, epochs, ...line }) => {
        log.append(line);
        progress?.show({ ...line, epochs });
        const now = performance.now();
        if (now - savedAt < CHECKPOINT_INTERVAL && line.epoch + 1 < epochs) return;
        save(take());
        savedAt = now;
      },
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    save(error.checkpoint);
    const message = `stopped after ${error.epochs} of ${prepared.recipe.epochs} epochs, all saved; continue with: sluice run --resume ${directory.path}`;
    throw new StoppedError(message, interruption.code, { cause: error });
  } finally {
    interruption.stopListening();
    log.close();
    progress?.end();
  }
}
