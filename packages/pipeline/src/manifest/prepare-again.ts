import { DataError, type Series } from "@sluice/data";
import { isPrepared, type Prepared, prepare } from "../preparation/prepare.js";
import type { Plan } from "./manifest.js";

/**
 * Prepares the series of an earlier run by that run's recipe.
 * @throws DataError if the series has changed since the run.
 */
export function prepareAgain(series: Series | Prepared, { recipe, data }: Pick<Plan, "recipe" | "data">): Prepared {
  const place = { column: data.column };
  if (!isPrepared(series) && !series.columns.some(({ name }) => name === data.column)) {
    throw new DataError("the series has no such column any more; restore it, or start a new run", place);
  }
  const prepared = isPrepared(series) ? series : prepare(series, recipe);
  if (prepared.hash === data.hash) return prepared;
  throw new DataError(
    `the series has changed since the run: expected SHA-256 ${short(data.hash)}, got ${short(prepared.hash)}; restore it, or start a new run`,
    place,
  );
}

const short = (hash: string) => `${hash.slice(0, 12)}…`;
