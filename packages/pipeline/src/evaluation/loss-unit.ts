import type { FittedTransform } from "@sluice/data";

/**
 * How many squared units of the series one unit of the loss is. Null after a transform that is not linear, such as a logarithm: errors of the series and the loss
 * cannot be compared then.
 */
export function lossUnit(fitted: readonly FittedTransform[]): number | null {
  let factor = 1;
  for (const transform of fitted) {
    if (transform.kind === "scale") factor *= transform.factor;
    else if (transform.kind !== "difference") return null;
  }
  return factor * factor;
}
