import type { FittedForecaster, Prepared } from "@sluice/pipeline";
import { StoppedError } from "../errors/stopped-error.js";
import { Interruption } from "../terminal/interruption.js";
import type { Output } from "../terminal/output.js";
import { Progress } from "../terminal/progress.js";
import { shellQuote } from "../terminal/shell-quote.js";
import type { RunConfig } from "./config.js";
import { linesOf, type MetricsLog } from "./log.js";
import type { RunWriter } from "./run-writer.js";

export interface Training {
  readonly prepared: Prepared;
  readonly writer: RunWriter;
  readonly input: RunConfig["input"];
  /** The checkpoint to continue from, and the name of its file. */
  readonly checkpoint: { readonly bytes: Uint8Array; readonly file: string } | undefined;
  readonly threads: number | "auto";
}

/** Milliseconds until the first checkpoint, and between two later ones. */
const FIRST_CHECKPOINT = 1_000;
const CHECKPOINT_INTERVAL = 10_000;

/**
 * Trains, and writes metrics.jsonl and checkpoints. Nothing is written before the first epoch is done: by then all options, the
 * series and a checkpoint are known to be usable.
 * @throws StoppedError if a signal stopped it, with a checkpoint saved.
 */
export async function train(
  { prepared, writer, input, checkpoint, threads }: Training,
  output: Output,
): Promise<FittedForecaster> {
  const { InterruptedError, checkpointHistory, fit, plan, saveSeries } = await import("@sluice/pipeline");
  const earlier = checkpoint ? checkpointHistory(checkpoint.bytes, checkpoint.file) : { training: [], heldOut: [] };
  let log: MetricsLog | undefined;
  const openLog = (history = earlier) => {
    const series = input && saveSeries(prepared);
    writer.begin({ config: { ...plan(prepared), input }, series }, (line) => output.message(line));
    return writer.openLog(linesOf(history));
  };
  const save = (bytes: Uint8Array) => {
    log ??= openLog();
    log.flush();
    writer.writeCheckpoint(bytes);
  };
  const progress = output.options.quiet ? undefined : new Progress(output.terminal);
  const interruption = new Interruption();
  let saveAt = performance.now() + FIRST_CHECKPOINT;
  try {
    const forecaster = await fit(prepared, {
      signal: interruption.signal,
      threads,
      ...(checkpoint && { resume: checkpoint.bytes }),
      onProgress: ({ checkpoint: take, epochs, ...line }) => {
        log ??= openLog();
        log.append(line);
        progress?.show({ ...line, epochs });
        if (performance.now() < saveAt && line.epoch + 1 < epochs) return;
        save(take());
        saveAt = performance.now() + CHECKPOINT_INTERVAL;
      },
    });
    // all epochs were done before
    log ??= openLog(forecaster.manifest.loss);
    log.flush();
    return forecaster;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    save(error.checkpoint);
    const message = `stopped after ${error.epochs} of ${prepared.recipe.epochs} epochs, all saved; continue with: sluice run --resume ${shellQuote(writer.path)}`;
    throw new StoppedError(message, interruption.code, { cause: error });
  } finally {
    interruption.stopListening();
    log?.close();
    progress?.end();
  }
}
