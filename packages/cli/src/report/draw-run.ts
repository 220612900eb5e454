import type { Series } from "@sluice/data";
import type { Forecaster } from "@sluice/pipeline";
import { type Figure, reportPage, toSvgString } from "@sluice/viz";
import { parseHTML } from "linkedom";
import { reportOf } from "./report-words.js";
import { runPlots } from "./run-plots.js";

/** Pixels: of a file and of a report on a wide screen, and of a report on a narrow one. */
const WIDE = 720;
const NARROW = 340;

/** The texts that a run is shown by. */
export interface RunDrawings {
  /** An svg by the stem of its file. */
  readonly plots: Readonly<Record<string, string>>;
  readonly html: string;
}

/** Draws the charts of a run and its report. */
export function drawRun(series: Series, forecaster: Forecaster, directory: string): RunDrawings {
  const { document } = parseHTML("<html></html>");
  const plots: Record<string, string> = {};
  const figures: Record<string, Figure> = {};
  for (const { name, draw } of runPlots(series, forecaster)) {
    const [wide, narrow] = [WIDE, NARROW].map((width) => toSvgString(draw({ width, document }))) as [string, string];
    plots[name] = wide;
    figures[name] = { wide, narrow };
  }
  return { plots, html: reportPage(reportOf(forecaster, figures, directory)) };
}
