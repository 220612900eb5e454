import type { Table } from "@sluice/data";
import type { Prepared, Recipe } from "@sluice/pipeline";
import type { Terminal } from "../terminal/terminal.js";
import { type Input, inFile, readInputTable } from "./input.js";

/**
 * Reads the series of a file and prepares it: `run` trains on the result, `check` reports it.
 * @param onTable called with what was read, before it is prepared
 * @throws DataError for a file that a run cannot use; RecipeError for a wrong recipe.
 */
export async function prepareInput(
  input: Input,
  recipe: Recipe,
  terminal: Pick<Terminal, "stdin">,
  onTable: (table: Table) => void,
): Promise<Prepared> {
  const { singleSeries } = await import("@sluice/data");
  const { prepare } = await import("@sluice/pipeline");
  return inFile(input, async () => {
    const table = await readInputTable(input, terminal);
    onTable(table);
    return prepare(singleSeries(table), recipe);
  });
}
