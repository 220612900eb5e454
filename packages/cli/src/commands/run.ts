import type { Prepared } from "@sluice/pipeline";
import { EXIT, type ExitCode } from "../errors/exit-codes.js";
import { isFinished, type RunConfig, storedInput } from "../run/config.js";
import { RunDirectory } from "../run/directory.js";
import { expectGate, gateFailure } from "../run/gate.js";
import { stemOf } from "../run/input.js";
import { prepareInput } from "../run/prepare-input.js";
import type { RunRequest } from "../run/request.js";
import { writeResults } from "../run/results.js";
import { withSeriesOf } from "../run/series.js";
import { planLines, type RunOutcome, resultJson, resultLines, resultTable } from "../run/summary.js";
import { tableLines } from "../run/table-lines.js";
import { train } from "../run/training.js";
import type { Output } from "../terminal/output.js";
import type { Terminal } from "../terminal/terminal.js";

/** A run that is ready to train. */
interface ReadyRun {
  readonly prepared: Prepared;
  readonly directory: RunDirectory;
  readonly input: RunConfig["input"];
  /** The checkpoint to continue from. */
  readonly checkpoint: Uint8Array | undefined;
}

/** Trains on a series and writes the files of a run. */
export async function run(request: RunRequest, output: Output): Promise<ExitCode> {
  if (request.resume === undefined) return trainAndReport(await start(request, output), request, output);
  const directory = RunDirectory.open(request.resume);
  const config = directory.readConfig();
  expectGate(config, request.gate);
  if (isFinished(config)) return reportFinished(directory, request, output);
  return trainAndReport(await resume(directory, config, output.terminal), request, output);
}

/** Prepares a new run. */
async function start({ input, recipe, out, force, gate }: RunRequest, output: Output): Promise<ReadyRun> {
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
  const directory = RunDirectory.create(path, { force });
  for (const line of lines) output.message(line);
  const stored = input ? storedInput(input, path) : null;
  directory.writeConfig({ ...plan, input: stored });
  return { prepared, directory, input: stored, checkpoint: undefined };
}

/** Prepares an interrupted run to continue. */
async function resume(directory: RunDirectory, config: RunConfig, terminal: Terminal): Promise<ReadyRun> {
  const { prepareAgain } = await import("@sluice/pipeline");
  const run = { path: directory.path, config, file: undefined };
  const prepared = await withSeriesOf(run, terminal, (series) => prepareAgain(series, config));
  return { prepared, directory, input: config.input, checkpoint: directory.readCheckpoint() };
}

async function trainAndReport(ready: ReadyRun, request: RunRequest, output: Output): Promise<ExitCode> {
  const { plan } = await import("@sluice/pipeline");
  for (const line of planLines(plan(ready.prepared))) output.message(line);
  const forecaster = await train({ ...ready, threads: request.threads ?? 1 }, output);
  try {
    const outcome = await writeResults(ready, forecaster);
    if (request.threads !== undefined) {
      output.message(`threads: ${outcome.manifest.threads} of ${request.threads}`);
    }
    return report(outcome, ready.directory, request, output);
  } finally {
    forecaster.dispose();
  }
}

/** Reports the results of a run that was finished before. */
async function reportFinished(directory: RunDirectory, request: RunRequest, output: Output): Promise<ExitCode> {
  const { Forecaster } = await import("@sluice/pipeline");
  output.message(`${directory.path} is already finished`);
  const forecaster = await Forecaster.load(directory.readModel(), directory.modelPath);
  try {
    const outcome = { manifest: forecaster.manifest, forecast: forecaster.forecast() };
    return report(outcome, directory, request, output);
  } finally {
    forecaster.dispose();
  }
}

/** Prints the results. The exit code depends on `--fail-if-worse-than`. */
function report(outcome: RunOutcome, directory: RunDirectory, { gate }: RunRequest, output: Output): ExitCode {
  const { manifest } = outcome;
  output.data(resultTable(manifest), () => resultJson(outcome, directory));
  for (const line of resultLines(manifest, directory)) output.message(line);
  const failure = gate && gateFailure(manifest, gate);
  if (!failure) return EXIT.done;
  output.error(failure);
  return EXIT.gate;
}
