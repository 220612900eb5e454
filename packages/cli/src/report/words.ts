import { BASELINES, type BaselineName, type Manifest, type Metrics, type Plan } from "@sluice/pipeline";

/** The names of baselines in text. */
export const baselineNames: Readonly<Record<BaselineName, string>> = {
  naive: "naive",
  drift: "drift",
  "seasonal-naive": "seasonal naive",
};

/** Transforms in text: "log, difference 12, standardize". */
export function describeTransforms({ transforms }: Plan["recipe"]): string {
  const words = transforms.map((spec) => (typeof spec === "string" ? spec : Object.entries(spec).flat().join(" ")));
  return words.join(", ") || "none";
}

/** Missing values in one sentence; undefined if there are none. */
export function describeMissing({ data, recipe }: Plan): string | undefined {
  const { count, longest } = data.missing;
  if (count === 0) return undefined;
  const cells = count === 1 ? "1 empty cell" : `${count} empty cells`;
  const gap = longest ? `; the longest gap has ${longest.length}, ${longest.from} … ${longest.to}` : "";
  const how = recipe.missing === "interpolate" ? "interpolated, excluded from errors" : "refused";
  return `${cells} of ${data.rows}, ${how}${gap}`;
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
