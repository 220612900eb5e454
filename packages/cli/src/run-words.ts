import { formatTime, type Series } from "@sluice/data";
import { BASELINES, type BaselineName, type Manifest, type Metrics, type Plan } from "@sluice/pipeline";
import { FILES, type RunDirectory } from "./run-directory.js";
import { figure, textTable } from "./text-table.js";

/** A baseline's name in prose. */
export const baselineWords: Readonly<Record<BaselineName, string>> = {
  naive: "naive",
  drift: "drift",
  "seasonal-naive": "seasonal naive",
};

/** Transforms in prose: "log, difference 12, standardize". */
export function transformWords({ transforms }: Plan["recipe"]): string {
  const words = transforms.map((spec) => (typeof spec === "string" ? spec : Object.entries(spec).flat().join(" ")));
  return words.join(", ") || "none";
}

/** Missing values in one sentence, undefined where there are none. */
export function missingWords({ data, recipe }: Plan): string | undefined {
  const { count, longest } = data.missing;
  if (count === 0) return undefined;
  const cells = count === 1 ? "1 empty cell" : `${count} empty cells`;
  const gap = longest ? `; the longest gap has ${longest.length}, ${longest.from} … ${longest.to}` : "";
  const how = recipe.missing === "interpolate" ? "interpolated, never counted in an error" : "refused";
  return `${cells} of ${data.rows}, ${how}${gap}`;
}

/** What a run is about to do. */
export function planLines(plan: Plan): string[] {
  const { data, recipe, split } = plan;
  const season = recipe.season > 1 ? `, season ${recipe.season}` : "";
  const missing = missingWords(plan);
  return [
    `${data.name}: ${data.column}, ${data.rows} rows, ${data.first} … ${data.last}${season}`,
    ...(missing ? [`warning: ${missing}`] : []),
    `trains on ${split.train} rows, holds out ${split.heldOut}; transforms: ${transformWords(recipe)}`,
    `${recipe.cell} GRU of ${recipe.hiddenSize} units, lookback ${recipe.lookback}, ${recipe.epochs} epochs, seed ${recipe.seed}`,
  ];
}

/** The held-out errors of the network and of the baselines that apply. */
export function methods({
  metrics,
  baselines,
}: Pick<Manifest, "metrics" | "baselines">): [name: string, errors: Metrics][] {
  const rows: [string, Metrics | null][] = [
    ["network", metrics.heldOut],
    ...BASELINES.map((name): [string, Metrics | null] => [baselineWords[name], baselines[name]]),
  ];
  return rows.filter((row): row is [string, Metrics] => row[1] !== null);
}

/** The same as a table of text. */
export function resultTable(manifest: Manifest): string {
  const head = [`one-step error on ${manifest.metrics.heldOut?.count ?? 0} held-out rows`, "RMSE", "MAE", "MASE"];
  const rows = methods(manifest).map(([name, e]) => [`  ${name}`, figure(e.rmse), figure(e.mae), figure(e.mase)]);
  return textTable([head, ...rows]);
}

/** A limit in prose: to the hundredth, as 113.67 is. */
export const limitFigure = (value: number): string => String(Number(value.toFixed(2)));

/** Losses, the limits where they are known, the fingerprint, and where the report is. */
export function resultLines(manifest: Manifest, directory: RunDirectory): string[] {
  const { loss, limits, metrics, fingerprint } = manifest;
  const without = limits?.memoryless == null ? "" : `; ${limitFigure(limits.memoryless)} without memory`;
  const limit = (value: number | undefined) =>
    value === undefined ? "" : ` (limit ${limitFigure(value)}${without})`;
  return [
    `loss: training ${figure(loss.training.at(-1))}, held out ${figure(loss.heldOut.at(-1)?.loss)}${limit(limits?.loss)}`,
    ...(limits ? [`held-out one-step squared error: ${figure(metrics.heldOut?.mse)}${limit(limits.oneStep)}`] : []),
    `fingerprint: ${fingerprint}`,
    `report: ${directory.file(FILES.report)}`,
  ];
}

/** What `run --json` prints. */
export function resultJson(manifest: Manifest, forecast: Series, directory: RunDirectory): object {
  const { loss, recipe, data, split, threads, limits, metrics, baselines, versions, fingerprint } = manifest;
  return {
    directory: directory.path,
    report: directory.file(FILES.report),
    versions,
    recipe,
    data,
    split,
    loss: { training: loss.training.at(-1), heldOut: loss.heldOut.at(-1)?.loss ?? null },
    threads,
    limits,
    metrics,
    baselines,
    fingerprint,
    forecast: forecastJson(forecast),
  };
}

/** A series as { time, value } pairs. */
export function forecastJson({ time, columns }: Series): { time: string; value: number }[] {
  const { values } = columns[0]!;
  return Array.from(time.values, (t, i) => ({ time: formatTime(time.unit, t), value: values[i]! }));
}
