import { BASELINES, type BaselineName, type Manifest, type Metrics, type Plan } from "@sluice/pipeline";

/** The names of baselines in text. */
export const baselineNames: Readonly<Record<BaselineName, string>> = {
  naive: "naive",
  drift: "drift",
  "seasonal-naive": "seasonal naive",
};

/** Transforms in text: "log, difference 12, standardize". */
export function describeTransforms({ transforms }: Plan["recipe"]): string {
  const words = transforms.map((spec) => {
    if (typeof spec === "string") return spec;
    return "difference" in spec ? `difference ${spec.difference}` : `scale by the last ${spec.lastSeason}`;
  });
  return words.join(", ") || "none";
}

/** Missing values in one sentence; undefined if there are none. */
export function describeMissing({ data, recipe }: Plan): string | undefined {
  const { count, longest, absent = 0 } = data.missing;
  if (count === 0) return undefined;
  const values = count === 1 ? "1 missing value" : `${count} missing values`;
  const rows = absent > 0 ? ` (${absent} in rows that the file lacks)` : "";
  const gap = longest ? `; the longest gap has ${longest.length}, ${longest.from} … ${longest.to}` : "";
  const how = recipe.missing === "interpolate" ? "interpolated, excluded from errors" : "refused";
  return `${values} of ${data.rows}${rows}, ${how}${gap}`;
}

/** Fewer training rows than this are weak evidence. */
const FEW_ROWS = 30;

/** What makes the evidence for a forecast weak, one sentence each. */
export function weakEvidence({ data, recipe, split }: Plan): string[] {
  const { count, trailing = 0 } = data.missing;
  const known = data.rows - count;
  const warnings: string[] = [];
  const say = (applies: boolean, text: string) => applies && warnings.push(text);
  say(split.train < FEW_ROWS, `only ${split.train} rows to train on: weak evidence for a forecast`);
  say(known * 2 < data.rows, `only ${known} values in ${data.rows} rows: most of the series is filled in`);
  say(
    recipe.horizon > data.rows,
    `the horizon of ${recipe.horizon} rows is longer than the series of ${data.rows}; use a shorter --horizon`,
  );
  say(
    trailing > 0,
    `${trailing} ${trailing === 1 ? "row" : "rows"} at the end without a value: the forecast begins after ${data.last}`,
  );
  return warnings;
}

/** All warnings of a run: missing values and weak evidence. */
export function warningsOf(plan: Plan): string[] {
  const missing = describeMissing(plan);
  return [...(missing ? [missing] : []), ...weakEvidence(plan)];
}

/** The held-out errors of the network and of the baselines that apply. */
export function heldOutErrors({ metrics, baselines }: Pick<Manifest, "metrics" | "baselines">): {
  readonly method: string;
  readonly errors: Metrics;
}[] {
  const all = [
    { method: "network", errors: metrics.heldOut },
    ...BASELINES.map((name) => ({ method: baselineNames[name], errors: baselines[name] })),
  ];
  return all.flatMap(({ method, errors }) => (errors ? [{ method, errors }] : []));
}

/** A limit, rounded to hundredths: 113.67. */
export const formatLimit = (value: number): string => String(Number(value.toFixed(2)));
