/**
 * Font size of labels, in pixels.
 * @internal
 */
export const FONT_SIZE = 12;
/**
 * Height of a line of labels, in pixels.
 * @internal
 */
export const LINE_HEIGHT = 17;

/**
 * The role of a mark. Each role has a color and a stroke, so that roles can be told apart without color.
 * @internal
 */
export type Role = "actual" | "model" | "held-out" | "reference";

/**
 * The style sheet of every chart, scoped to its class, for light and dark color schemes. A page overrides the custom
 * properties. A chart paints its own background, so that its text is readable on any page.
 * Blue and orange are those of Okabe & Ito (2008), which color-blind readers can tell apart.
 * @internal
 */
export const STYLE = `
.sluice-chart { --ink: var(--sluice-ink, #1f2430); --muted: var(--sluice-muted, #5d6675); --grid: var(--sluice-grid, #e3e6ea);
  --actual: var(--sluice-actual, #7b8794); --model: var(--sluice-model, #0069a8); --held-out: var(--sluice-held-out, #c2510a);
  --reference: var(--sluice-reference, #6b7280); --paper: var(--sluice-paper, #fff); background: var(--paper);
  font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; max-width: 100%; height: auto; overflow: visible; }
@media (prefers-color-scheme: dark) { .sluice-chart { --ink: var(--sluice-ink, #e8ebf0); --muted: var(--sluice-muted, #a3adba);
  --grid: var(--sluice-grid, #333a45); --actual: var(--sluice-actual, #97a3b2); --model: var(--sluice-model, #5cb8f0);
  --held-out: var(--sluice-held-out, #f2994a); --reference: var(--sluice-reference, #9aa5b1);
  --paper: var(--sluice-paper, #14171c); } }
.sluice-chart text { fill: var(--muted); }
.sluice-chart .title { fill: var(--ink); font-size: 15px; font-weight: 600; }
.sluice-chart .name { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.sluice-chart .legend text, .sluice-chart .heading { fill: var(--ink); } .sluice-chart .heading { font-weight: 600; }
.sluice-chart .tick line { stroke: var(--grid); }
.sluice-chart .domain { stroke: none; }
.sluice-chart .baseline { stroke: var(--muted); stroke-opacity: 0.6; }
.sluice-chart .line { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.sluice-chart .actual { stroke: var(--actual); stroke-width: 1.5; }
.sluice-chart .model { stroke: var(--model); stroke-width: 1.8; }
.sluice-chart .held-out { stroke: var(--held-out); stroke-width: 1.8; stroke-dasharray: 6 3; }
.sluice-chart .reference { stroke: var(--reference); stroke-width: 1; stroke-dasharray: 2 3; }
.sluice-chart .dot { stroke: none; }
.sluice-chart .dot.actual { fill: var(--actual); } .sluice-chart .dot.model { fill: var(--model); }
.sluice-chart .dot.held-out { fill: var(--held-out); }
.sluice-chart .bar { stroke: none; } .sluice-chart .bar.model { fill: var(--model); } .sluice-chart .bar.held-out { fill: var(--held-out); }
.sluice-chart .band { stroke: none; fill: var(--model); fill-opacity: 0.16; }
.sluice-chart .shade { fill: var(--grid); fill-opacity: 0.45; }
`;
