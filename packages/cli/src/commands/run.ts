import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { UsageError } from "../errors/usage-error.js";
import { storedInput } from "../run/config.js";
import { RunDirectory } from "../run/directory.js";
import { expectGate, gateFailure } from "../run/gate.js";
import { stemOf } from "../run/input.js";
import { prepareInput } from "../run/prepare-input.js";
import { hasReplacement } from "../run/replacement.js";
import type { RunRequest } from "../run/request.js";
import { writeResults } from "../run/results.js";
import { RunWriter } from "../run/run-writer.js";
import { seriesOfRun } from "../run/series.js";
import { planLines, type RunOutcome, type RunPaths, resultJson, resultLines, resultTable } from "../run/summary.js";
import { tableLines } from "../run/table-lines.js";
import { type Training, train } from "../run/training.js";
import type { Output } from "../terminal/output.js";

/** A run that is ready to train. */
type ReadyRun = Omit<Training, "threads">;

/** Trains on a series and writes the files of a run. */
export async function run(request: RunRequest, output: Output): Promise<ExitCode> {
  const { resume: path } = request;
  if (path === undefined) return start(request, output);
  const directory = RunDirectory.open(path);
  if (directory.isFinished && !hasReplacement(path)) return reportFinished(directory, request, output);
  return resume(path, request, output);
}

/** Starts a new run. Options, series, memory and directory are checked before anything is written. */
async function start(request: RunRequest, output: Output): Promise<ExitCode> {
  const { input, recipe, out, force, gate } = request;
  const { plan: planOf, prepare, seriesOf } = await import("@sluice/pipeline");
  let lines: readonly string[] = [];
  const prepared = input
    ? await prepareInput(input, recipe, output.terminal, (table) => {
        lines = tableLines(table);
      })
    : prepare(seriesOf(recipe), recipe);
  const plan = planOf(prepared);
  expectGate(plan, gate);
  const path = out ?? `runs/${input ? stemOf(input) : plan.recipe.preset}`;
  const writer = RunWriter.create(path, { force }, (line) => output.message(line));
  for (const line of lines) output.message(line);
  const stored = input ? storedInput(input, path) : null;
  return trainAndReport({ prepared, writer, input: stored, checkpoint: undefined }, request, output);
}

/** Continues an interrupted run. */
async function resume(path: string, request: RunRequest, output: Output): Promise<ExitCode> {
  const { writer, directory } = RunWriter.resume(path, (line) => output.message(line));
  let ready: ReadyRun;
  try {
    if (directory.isFinished) {
      writer.release();
      return await reportFinished(directory, request, output);
    }
    if (directory.list.state === "diverged") {
      throw new UsageError(
        `${path}: the run diverged; start it again with a lower --learning-rate, in the same directory`,
      );
    }
    if (directory.path !== path) output.message(`${path}: continuing the run that is to replace the one there`);
    ready = await readRun(writer, directory, request);
  } catch (error) {
    writer.release();
    throw error;
  }
  return trainAndReport(ready, request, output);
}

async function readRun(writer: RunWriter, directory: RunDirectory, { gate }: RunRequest): Promise<ReadyRun> {
  const { prepareAgain } = await import("@sluice/pipeline");
  const config = directory.readConfig();
  expectGate(config, gate);
  const prepared = prepareAgain(await seriesOfRun(directory, config), config);
  const bytes = directory.readCheckpoint();
  const checkpoint = bytes && { bytes, file: directory.checkpointPath };
  return { prepared, writer, input: config.input, checkpoint };
}

async function trainAndReport(ready: ReadyRun, request: RunRequest, output: Output): Promise<ExitCode> {
  const { plan } = await import("@sluice/pipeline");
  const { writer } = ready;
  try {
    for (const line of planLines(plan(ready.prepared))) output.message(line);
    const forecaster = await train({ ...ready, threads: request.threads ?? 1 }, output);
    try {
      const outcome = await writeResults(ready, forecaster);
      if (request.threads !== undefined) {
        output.message(`threads: ${outcome.manifest.threads} of ${request.threads}`);
      }
      return report(outcome, writer, request, output);
    } finally {
      forecaster.dispose();
    }
  } catch (error) {
    writer.fail({ diverged: (error as Error).name === "DivergedError" });
    throw error;
  } finally {
    writer.release();
  }
}

/** Reports the results of a run that was finished before. */
async function reportFinished(directory: RunDirectory, request: RunRequest, output: Output): Promise<ExitCode> {
  const { Forecaster } = await import("@sluice/pipeline");
  const forecaster = await Forecaster.load(directory.readModel(), directory.modelPath);
  try {
    expectGate(forecaster.manifest, request.gate);
    output.message(`${directory.path} is already finished`);
    const outcome = { manifest: forecaster.manifest, forecast: forecaster.forecast() };
    return report(outcome, directory, request, output);
  } finally {
    forecaster.dispose();
  }
}

/** Prints the results; the exit code says whether they pass the gate. */
function report(outcome: RunOutcome, paths: RunPaths, { gate }: RunRequest, output: Output): ExitCode {
  const { manifest } = outcome;
  output.data(resultTable(manifest), () => resultJson(outcome, paths));
  for (const line of resultLines(manifest, paths)) output.message(line);
  const failure = gate && gateFailure(manifest, gate);
  if (!failure) return EXIT.done;
  output.error(failure);
  return EXIT.gate;
}
