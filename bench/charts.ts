import { writeFileSync } from "node:fs";
import { type BarData, barChart, growthChart, toSvgString } from "@sluice/viz";
import { parseHTML } from "linkedom";
import { type Comparison, OURS, ratio } from "./comparison.js";
import { blasName } from "./peers/torch.js";
import type { Results } from "./results.js";
import { roofline } from "./roofline.js";
import { root } from "./run-node.js";
import { times } from "./table.js";

const document = parseHTML("<html></html>").document as unknown as Document;

/** Draws the charts of bench/: times of other libraries relative to Sluice, the growth of cost, and rates relative to the roofline. */
export function drawCharts(results: Results): void {
  const note = `One thread each on ${results.machine}, Node ${results.node}; medians of ${results.rounds} alternating rounds.`;
  const bars = [...barsOf("Training epoch", results.training ?? []), ...barsOf("Inference", results.inference ?? [])];
  if (bars.length > 0) {
    const { torch } = results;
    const svg = barChart(bars, {
      title: "Time relative to Sluice",
      xLabel: "time ÷ time of Sluice",
      note: torch && !torch.refused ? `${note} PyTorch ${torch.version} with ${blasName(torch)}.` : note,
      logarithmic: true,
      format: times,
      document,
    });
    write("results", svg);
  }
  if (results.growth) drawGrowth(results.growth, note);
  drawRoofline(results, note);
}

function barsOf(task: string, comparisons: readonly Comparison[]): BarData[] {
  return comparisons.flatMap((comparison) =>
    Object.keys(comparison.times)
      .filter((name) => name !== OURS)
      .map((peer) => ({
        group: `${task}, ${comparison.size}`,
        label: peer,
        value: ratio(comparison, peer)!,
      })),
  );
}

function drawGrowth(growth: NonNullable<Results["growth"]>, note: string): void {
  const lines = (cost: "milliseconds" | "mebibytes", exponent: "timeExponent" | "memoryExponent") =>
    growth.map((one) => ({
      label: `${one.axis}, exponent ${one[exponent].toFixed(2)}`,
      x: one.sizes,
      y: one[cost],
    }));
  const options = { xLabel: "size; the other two are T = 19, B = 32, H = 16", note, document };
  write(
    "growth-time",
    growthChart(lines("milliseconds", "timeExponent"), {
      ...options,
      title: "Time of a training epoch as sizes grow",
      yLabel: "milliseconds",
    }),
  );
  write(
    "growth-memory",
    growthChart(lines("mebibytes", "memoryExponent"), {
      ...options,
      title: "Memory of training as sizes grow",
      yLabel: "MiB",
    }),
  );
}

function drawRoofline(results: Results, note: string): void {
  const drawn = roofline(results);
  if (!drawn) return;
  const svg = growthChart(drawn.measured, {
    guides: [drawn.roof],
    title: "Rates of the kernel and their roofline",
    xLabel: "arithmetic intensity (operations per byte read)",
    yLabel: "GFLOP/s",
    note: `The roof: the highest rates at which loops of strict SIMD compute and read from the L2 cache. Products: B = 180, weights read once for 8 rows. An epoch (19 × 180) is drawn at the intensity of its forward product; streaming is 1000 steps. ${note}`,
    document,
  });
  write("roofline", svg);
}

const write = (name: string, svg: SVGSVGElement) =>
  writeFileSync(`${root}bench/${name}.svg`, `${toSvgString(svg)}\n`);
