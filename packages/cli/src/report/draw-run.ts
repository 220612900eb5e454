import { type Figure, reportPage, toSvgString } from "@sluice/viz";
import { parseHTML } from "linkedom";
import { type ChartInput, runCharts, type SectionName } from "./charts.js";
import { reportOf } from "./report.js";

/** Widths in pixels: of a file and of a report on a wide screen, and of a report on a narrow one. */
const WIDE = 720;
const NARROW = 340;

/** A run's charts and report, as text. */
export interface Drawings {
  /** The svg of each chart, by the stem of its file. */
  readonly plots: Readonly<Record<string, string>>;
  /** The report, in HTML. */
  readonly report: string;
}

/** Draws the charts of a run and its report. */
export function drawRun({ directory, ...run }: ChartInput & { readonly directory: string }): Drawings {
  const { document } = parseHTML("<html></html>");
  const plots: Record<string, string> = {};
  const figures: Partial<Record<SectionName, Figure[]>> = {};
  for (const { name, section, draw } of runCharts(run)) {
    const wide = toSvgString(draw({ width: WIDE, document }));
    const narrow = toSvgString(draw({ width: NARROW, document }));
    plots[name] = wide;
    figures[section] = [...(figures[section] ?? []), { wide, narrow }];
  }
  return { plots, report: reportPage(reportOf({ ...run, figures, directory })) };
}
