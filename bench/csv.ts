/**
 * Reading a CSV of 10⁶ rows (an ISO time, a number) into typed columns: ours to a series with its times and frequency, udsv's typed
 * columns, papaparse's rows with numbers. Node alone: npx tsx --conditions=@sluice/source bench/csv.ts
 */
import { readCsvTable } from "@sluice/data";

const ROWS = 1_000_000;
const ROUNDS = 5;

const lines = ["time,value"];
for (let i = 0; i < ROWS; i++) {
  const time = new Date(Date.UTC(2000, 0, 1) + i * 3_600_000).toISOString().slice(0, 19);
  lines.push(`${time},${(((i * 7919) % 100_003) / 1000).toFixed(3)}`);
}
const text = `${lines.join("\n")}\n`;
const bytes = new TextEncoder().encode(text);

const readers: Record<string, () => unknown> = { "@sluice/data, times included": () => readCsvTable(bytes) };
try {
  const { inferSchema, initParser } = await import(String("udsv"));
  readers["udsv, typed columns"] = () => initParser(inferSchema(text)).typedCols(text);
} catch {
  console.error("udsv is not installed: left out");
}
try {
  const { default: papa } = await import(String("papaparse"));
  readers["papaparse, dynamicTyping"] = () => papa.parse(text, { dynamicTyping: true, header: true });
} catch {
  console.error("papaparse is not installed: left out");
}

const times = new Map<string, number[]>(Object.keys(readers).map((name) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, read] of Object.entries(readers)) {
    const start = performance.now();
    read();
    if (round > 0) times.get(name)!.push(performance.now() - start); // the first round warms up
  }
}
for (const [name, all] of times) {
  const sorted = all.sort((a, b) => a - b);
  console.log(
    `${name}: median ${sorted[ROUNDS >> 1]!.toFixed(0)} ms, ${sorted[0]!.toFixed(0)} … ${sorted.at(-1)!.toFixed(0)}`,
  );
}
