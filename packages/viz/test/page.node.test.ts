/** The page examples/page and charts that are hard to lay out, in browsers: no text leaves its chart or overlaps other text. */
import { fileURLToPath } from "node:url";
import type { JSHandle } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BROWSERS, launch, serve } from "../../../test/pages.js";

type Viz = typeof import("@sluice/viz");
/** Evaluated in the page to import the bundled module; as text, because vitest rewrites imports in code. */
const BUNDLE = 'import("/packages/viz/dist/sluice-viz.js")';
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  server = await serve(fileURLToPath(new URL("../../..", import.meta.url)));
});
afterAll(() => server.close());

/** Layout errors of all charts on the page: text that extends beyond its svg or overlaps other text. */
function layoutErrors(): string[] {
  const found: string[] = [];
  for (const svg of document.querySelectorAll("svg.sluice-chart")) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((text) => {
      text.style.stroke = "none"; // Firefox includes the stroke around a name in its box
      return { words: text.textContent, box: text.getBoundingClientRect() };
    });
    for (const { words, box } of texts) {
      const inside =
        box.left >= frame.left - 2 &&
        box.right <= frame.right + 2 &&
        box.top >= frame.top - 2 &&
        box.bottom <= frame.bottom + 2;
      if (!inside)
        found.push(
          `"${words}" extends beyond its chart: ${[box.left - frame.left, frame.right - box.right, box.top - frame.top, frame.bottom - box.bottom].map(Math.round)}`,
        );
    }
    texts.forEach((a, i) => {
      for (const b of texts.slice(i + 1)) {
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > 1 && high > 3) found.push(`"${a.words}" overlaps "${b.words}"`);
      }
    });
  }
  return found;
}

/** Replaces the page's charts with ones that are hard to lay out: long titles, rules at the top, years at the right edge. */
function drawHardCharts({ approximationChart, lossChart, seriesChart }: Viz): void {
  const width = Math.min(720, document.body.clientWidth);
  const x = Array.from({ length: 309 }, (_, i) => new Date(Date.UTC(1712 + i, 0)));
  const y = x.map((_, i) => 1000 * Math.sin(i / 2) + i);
  const title = "Transformed series (log, difference 12, difference 1, standardize) and its one-step predictions";
  const note = "Each difference is drawn at the later of its two times; the notebook draws it one step earlier.";
  const rules = ["naive 2.514", "drift 2.524", "seasonal naive 2.6"].map((label, i) => ({
    label,
    value: 2.514 + i / 50,
  }));
  document.body.replaceChildren(
    approximationChart({ actual: { x, y }, model: { x, y } }, { width, title, note, heldOutFrom: x[247]! }),
    seriesChart({ x, y }, { width, title: `${title.toUpperCase()}, ${title}` }),
    lossChart(
      { training: x.map((_, i) => 0.3 + 1 / (1 + i)), rules },
      { width, title: "Loss by epoch, with all rules at the top" },
    ),
  );
}

test.each(BROWSERS)("%s: the page draws its charts, and no text is cut off or covered", async (name) => {
  const browser = await launch(name);
  try {
    for (const width of [360, 720, 1280]) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on(
        "console",
        (message) =>
          message.type() === "error" && !message.text().includes("favicon") && problems.push(message.text()),
      );
      await page.goto(`${server.origin}/examples/page/index.html`);
      await page.waitForSelector("body[data-drawn]");
      expect(await page.locator("svg.sluice-chart").count()).toBe(3);
      expect(await page.getByRole("img", { name: "Airline passengers" }).count()).toBe(1);
      expect(await page.evaluate(layoutErrors), `at ${width}`).toEqual([]);
      const viz = (await page.evaluateHandle(BUNDLE)) as JSHandle<Viz>;
      await page.evaluate(drawHardCharts, viz);
      expect(await page.evaluate(layoutErrors), `hard charts at ${width}`).toEqual([]);
      expect(problems.filter((text) => !text.includes("404"))).toEqual([]);
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
