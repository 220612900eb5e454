import type { FittedTransform } from "@sluice/data";

/**
 * The factor from the loss to a squared error in the units of the series. Null after a transform that is not linear, such as a
 * logarithm: then the loss cannot be converted.
 */
export function lossUnit(fitted: readonly FittedTransform[]): number | null {
  let factor = 1;
  for (const transform of fitted) {
    if (transform.kind === "scale") factor *= transform.factor;
    else if (transform.kind !== "difference") return null;
  }
  return factor * factor;
}
