import type { Series } from "@sluice/data";
import type { BaselineName, Forecaster, Plan, Recipe } from "@sluice/pipeline";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { gateOf } from "../gate.js";
import { type Input, readInput, stemOf, withFile } from "../input.js";
import { isFinished, storedInput } from "../run-config.js";
import { FILES, RunDirectory } from "../run-directory.js";
import { openSeries } from "../run-input.js";
import { planLines, resultJson, resultLines, resultTable } from "../run-words.js";
import { seriesCsv } from "../series-csv.js";
import type { Speaker } from "../speaker.js";
import { train } from "../train.js";
import { UsageError } from "../usage-error.js";

export interface RunRequest {
  /** The CSV to run on; undefined for a preset's synthetic series, or to resume. */
  readonly input: Input | undefined;
  readonly recipe: Recipe;
  readonly out: string | undefined;
  readonly force: boolean;
  readonly resume: string | undefined;
  readonly gate: BaselineName | undefined;
  /** One where nothing was asked for. */
  readonly threads: number | "auto" | undefined;
}

/** A run that is about to train: planned, and in a directory of its own. */
interface Begun {
  readonly series: Series;
  readonly plan: Plan;
  readonly directory: RunDirectory;
  readonly input: Input | null;
  readonly checkpoint: Uint8Array | undefined;
}

/** Trains on a series and writes the run's files. */
export async function run(request: RunRequest, speaker: Speaker): Promise<ExitCode> {
  if (request.resume !== undefined) {
    const directory = RunDirectory.open(request.resume);
    if (isFinished(directory.config)) return showFinished(directory, request, speaker);
  }
  const begun =
    request.resume === undefined ? await begin(request, speaker) : await goOn(request.resume, request, speaker);
  for (const line of planLines(begun.plan)) speaker.say(line);
  const trained = await train(begun, request.threads ?? 1, speaker);
  if (typeof trained === "number") return trained;
  await writeResults(begun, trained);
  if (request.threads !== undefined) speaker.say(`threads: ${trained.manifest.threads} of ${request.threads}`);
  return conclude(begun.directory, trained, request, speaker);
}

/** Says the results of a run that has nothing left to do. */
async function showFinished(directory: RunDirectory, request: RunRequest, speaker: Speaker): Promise<ExitCode> {
  expectGate(directory.config, request.gate);
  const { Forecaster } = await import("@sluice/pipeline");
  speaker.say(`${directory.path} is finished already`);
  return conclude(directory, await Forecaster.load(directory.model), request, speaker);
}

/** Says the results, and holds them against the gate. */
function conclude(
  directory: RunDirectory,
  forecaster: Forecaster,
  { gate: method }: RunRequest,
  speaker: Speaker,
): ExitCode {
  const { manifest } = forecaster;
  speaker.result(resultTable(manifest), () => resultJson(manifest, forecaster.forecast(), directory));
  for (const line of resultLines(manifest, directory)) speaker.say(line);
  forecaster.dispose();
  const gate = method && gateOf(manifest, method);
  if (!gate || gate.passed) return EXIT.done;
  speaker.complain(gate.line);
  return EXIT.gate;
}

async function begin({ input, recipe, out, force, gate }: RunRequest, speaker: Speaker): Promise<Begun> {
  const { plan: planOf, seriesOf } = await import("@sluice/pipeline");
  const wrong = (error: unknown) => {
    if (error instanceof RangeError) return new UsageError(error.message);
    return input ? withFile(error, input) : error;
  };
  let series: Series;
  let plan: Plan;
  try {
    series = input ? await readInput(input, speaker.terminal) : seriesOf(recipe);
    plan = planOf(series, recipe);
  } catch (error) {
    throw await wrong(error);
  }
  expectGate(plan, gate);
  const path = out ?? `runs/${input ? stemOf(input) : plan.recipe.preset}`;
  const directory = RunDirectory.create(path, { force });
  const stored = input ? storedInput(input, path) : null;
  directory.writeConfig({ ...plan, input: stored });
  return { series, plan, directory, input: stored, checkpoint: undefined };
}

/** An interrupted run. */
async function goOn(path: string, { gate }: RunRequest, speaker: Speaker): Promise<Begun> {
  const directory = RunDirectory.open(path);
  const { input, ...plan } = directory.config;
  expectGate(plan, gate);
  const series = await openSeries(directory, undefined, speaker.terminal);
  return { series, plan, directory, input, checkpoint: directory.checkpoint };
}

function expectGate({ recipe, split }: Plan, gate: BaselineName | undefined): void {
  if (gate === "seasonal-naive" && (recipe.season < 2 || split.train < recipe.season)) {
    throw new UsageError(
      "--fail-if-worse-than seasonal-naive: the rows have no known season; give one with --season",
    );
  }
}

async function writeResults({ directory, series, input }: Begun, forecaster: Forecaster): Promise<void> {
  const { drawRun } = await import("../report/draw-run.js");
  const { plots, html } = drawRun(series, forecaster, directory.path);
  directory.write(FILES.model, forecaster.save());
  directory.write(FILES.forecast, seriesCsv(forecaster.forecast()));
  for (const [name, svg] of Object.entries(plots)) directory.write(`${FILES.plots}/${name}.svg`, svg);
  directory.write(FILES.report, html);
  const { loss: _, ...results } = forecaster.manifest;
  directory.writeConfig({ ...results, input });
}
