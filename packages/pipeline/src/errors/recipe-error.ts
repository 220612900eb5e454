/** An option of a recipe is unknown or has a value that is not allowed. */
export class RecipeError extends RangeError {
  override readonly name = "RecipeError";

  /** @param problem what was expected, what was given, what to do */
  constructor(
    /** The option's name; `recipe` for an unknown option. */
    readonly option: string,
    problem: string,
  ) {
    super(`${option}: ${problem}`);
  }
}
