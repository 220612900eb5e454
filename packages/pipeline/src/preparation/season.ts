import { type Frequency, seasonLength, type TimeAxis } from "@sluice/data";

/**
 * The season that is usual for a frequency, 1 for none: 12 for months, 52 for weeks, 7 for days, 5 for business days, 24 for hours.
 * An axis without a frequency is taken to have a row at every step.
 */
export function seasonOf(time: Pick<TimeAxis, "unit" | "step" | "frequency">): number {
  return seasonLength(time.frequency ?? everyStep(time));
}

function everyStep({ unit, step }: Pick<TimeAxis, "unit" | "step">): Frequency {
  if (unit === "day") return step % 7 === 0 ? { unit: "week", every: step / 7 } : { unit, every: step };
  if (unit !== "second") return { unit: unit === "index" ? "row" : unit, every: step };
  if (step % 3600 === 0) return { unit: "hour", every: step / 3600 };
  return step % 60 === 0 ? { unit: "minute", every: step / 60 } : { unit, every: step };
}
