/** A table of a report; its first column names the rows. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Index of the row to emphasize. */
  readonly best?: number;
}

export interface Figure {
  /** The chart for wide screens, as SVG text; see `toSvgString`. It is not escaped. */
  readonly wide: string;
  /** The chart for narrow screens. */
  readonly narrow: string;
  readonly caption?: string;
}

export interface Section {
  readonly heading: string;
  readonly text?: readonly string[];
  readonly table?: Table;
  readonly figures?: readonly Figure[];
  /** Preformatted text, such as a command. */
  readonly code?: string;
}

export interface Report {
  readonly title: string;
  readonly subtitle?: string;
  /** The most important figures, shown at the top. */
  readonly tiles?: readonly { readonly label: string; readonly value: string; readonly note?: string }[];
  /** Warnings to the reader of the report. */
  readonly warnings?: readonly string[];
  readonly sections: readonly Section[];
  readonly footer?: string;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);

const CSS = `
:root { color-scheme: light dark; --ink: #1f2430; --muted: #5d6675; --line: #e3e6ea; --paper: #fff; --raised: #f6f7f9; --warn: #fff4e0; --accent: #0069a8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --muted: #a3adba; --line: #333a45; --paper: #14171c; --raised: #1d2128; --warn: #3a2d12; --accent: #5cb8f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 20px 64px; max-width: 800px; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; } h2 { margin: 44px 0 8px; font-size: 19px; }
.subtitle { margin: 6px 0 0; color: var(--muted); } p { margin: 8px 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0; padding: 0; list-style: none; }
.tiles li { padding: 12px 14px; border-radius: 8px; background: var(--raised); }
.tiles .label, .tiles .note { display: block; color: var(--muted); font-size: 13px; line-height: 1.35; }
.tiles .value { display: block; font-size: 23px; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.warning { margin: 12px 0; padding: 10px 14px; border-radius: 8px; background: var(--warn); }
.scroll { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--muted); font-weight: 500; } tr.best td { font-weight: 600; color: var(--accent); }
figure { margin: 20px 0; } figure svg { display: block; } figcaption { color: var(--muted); font-size: 13px; margin-top: 4px; }
.narrow { display: none; } .narrow svg { width: 100%; } @media (max-width: 640px) { .wide { display: none; } .narrow { display: block; } .tiles { grid-template-columns: 1fr 1fr; } body { padding: 20px 12px 48px; } h1 { font-size: 23px; } }
pre { overflow-x: auto; padding: 12px 14px; border-radius: 8px; background: var(--raised); font: 13px/1.5 ui-monospace, Menlo, "DejaVu Sans Mono", monospace; }
footer { margin-top: 48px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
@media print { figure, table { break-inside: avoid; } }
`;

function renderTable({ head, rows, best }: Table): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("");
  const body = rows.map((row, i) => `<tr${i === best ? ' class="best"' : ""}>${cells("td", row)}</tr>`).join("\n");
  return `<div class="scroll"><table><thead><tr>${cells("th", head)}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function renderFigure({ wide, narrow, caption }: Figure): string {
  const figcaption = caption ? `<figcaption>${escapeHtml(caption)}</figcaption>` : "";
  return `<figure><div class="wide">${wide}</div><div class="narrow">${narrow}</div>${figcaption}</figure>`;
}

function renderSection({ heading, text = [], table, figures = [], code }: Section): string {
  return [
    `<section><h2>${escapeHtml(heading)}</h2>`,
    ...text.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    table ? renderTable(table) : "",
    ...figures.map(renderFigure),
    code ? `<pre>${escapeHtml(code)}</pre>` : "",
    "</section>",
  ].join("\n");
}

/**
 * Returns a complete HTML page for light and dark color schemes and for wide and narrow screens. It contains no scripts
 * and loads nothing. All text is escaped; the SVG text of figures is included unchanged.
 */
export function reportPage({ title, subtitle, tiles = [], warnings = [], sections, footer }: Report): string {
  const tile = ({ label, value, note }: NonNullable<Report["tiles"]>[number]) =>
    `<li><span class="label">${escapeHtml(label)}</span><span class="value">${escapeHtml(value)}</span>${note ? `<span class="note">${escapeHtml(note)}</span>` : ""}</li>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${CSS}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1>${subtitle ? `<p class="subtitle">${escapeHtml(subtitle)}</p>` : ""}</header>
<main>
${tiles.length > 0 ? `<ul class="tiles">${tiles.map(tile).join("")}</ul>` : ""}
${warnings.map((warning) => `<p class="warning" role="note">${escapeHtml(warning)}</p>`).join("\n")}
${sections.map(renderSection).join("\n")}
</main>
${footer ? `<footer>${escapeHtml(footer)}</footer>` : ""}
</body>
</html>
`;
}
