import { formatTime, type Series } from "@sluice/data";
import type { Manifest, Plan } from "@sluice/pipeline";
import { describeTransforms, formatLimit, heldOutErrors, warningsOf } from "../report/words.js";
import { formatNumber, textTable } from "../terminal/text-table.js";

/** The results of a run. */
export interface RunOutcome {
  readonly manifest: Manifest;
  readonly forecast: Series;
}

/** Where the files of a run are. */
export interface RunPaths {
  readonly path: string;
  readonly reportPath: string;
}

/** Lines that describe a run before it trains. */
export function planLines(plan: Plan): string[] {
  const { data, recipe, split } = plan;
  const season = recipe.season > 1 ? `, season ${recipe.season}` : "";
  const frequency = data.frequency && data.unit !== "index" ? `, by ${data.frequency}` : "";
  return [
    `${data.name}: ${data.column}, ${data.rows} rows${frequency}, ${data.first} … ${data.last}${season}`,
    ...warningsOf(plan).map((warning) => `warning: ${warning}`),
    `training on ${split.train} rows, holding out ${split.heldOut}; transforms: ${describeTransforms(recipe)}`,
    `${recipe.cell} GRU of ${recipe.hiddenSize} units, lookback ${recipe.lookback}, ${recipe.epochs} epochs, seed ${recipe.seed}`,
  ];
}

/** The held-out errors as a table of text. */
export function resultTable(manifest: Manifest): string {
  const head = [`one-step error on ${manifest.metrics.heldOut?.count ?? 0} held-out rows`, "RMSE", "MAE", "MASE"];
  const rows = heldOutErrors(manifest).map(({ method, errors }) => [
    `  ${method}`,
    formatNumber(errors.rmse),
    formatNumber(errors.mae),
    formatNumber(errors.mase),
  ]);
  return textTable([head, ...rows]);
}

/** Lines with losses, limits if they are known, the fingerprint and the path of the report. */
export function resultLines({ loss, limits, metrics, fingerprint }: Manifest, { reportPath }: RunPaths): string[] {
  const limit = (value: number | undefined) => {
    if (!limits || value === undefined) return "";
    const memoryless = limits.memoryless === null ? "" : `; ${formatLimit(limits.memoryless)} without memory`;
    return ` (limit ${formatLimit(value)}${memoryless})`;
  };
  return [
    `loss: training ${formatNumber(loss.training.at(-1))}, held out ${formatNumber(loss.heldOut.at(-1)?.loss)}${limit(limits?.loss)}`,
    ...(limits
      ? [`held-out one-step squared error: ${formatNumber(metrics.heldOut?.mse)}${limit(limits.oneStep)}`]
      : []),
    `fingerprint: ${fingerprint}`,
    `report: ${reportPath}`,
  ];
}

/** What `run --json` prints. */
export function resultJson({ manifest, forecast }: RunOutcome, { path, reportPath }: RunPaths): object {
  const { loss, recipe, data, split, threads, limits, metrics, baselines, versions, fingerprint } = manifest;
  return {
    directory: path,
    report: reportPath,
    versions,
    recipe,
    data,
    split,
    loss: { training: loss.training.at(-1), heldOut: loss.heldOut.at(-1)?.loss ?? null },
    threads,
    ...(limits && { limits }),
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
