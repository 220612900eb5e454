/** Options of every chart. */
export interface ChartOptions {
  /** In pixels, at least 240; 720 by default. */
  readonly width?: number;
  /** Height of the plot area in pixels; by default half the width, between 220 and 360. */
  readonly height?: number;
  readonly title?: string;
  /** Text for screen readers; generated from the data by default. */
  readonly description?: string;
  /** Name of the x axis, with its unit. */
  readonly xLabel?: string;
  /** Name of the y axis, with its unit. */
  readonly yLabel?: string;
  /** A line of small text below the chart. */
  readonly note?: string;
  /** The document that creates the elements; the page's by default. In Node, a server-side one such as linkedom's. */
  readonly document?: Document;
}

/** @internal */
export type Labels = Required<Pick<ChartOptions, "title" | "description" | "xLabel" | "yLabel">>;
