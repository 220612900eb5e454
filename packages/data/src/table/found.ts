import type { ColumnBuilder } from "../csv/column-builder.js";
import type { Panel } from "../series/series.js";
import type { ChosenTime } from "./time-choice.js";

/** The series of a file before they are laid on a regular grid. */
export interface Found {
  readonly time: Pick<ChosenTime, "columns" | "form"> | undefined;
  readonly keys: readonly ColumnBuilder[];
  readonly panel: Panel;
}
