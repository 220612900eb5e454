import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MetricsLog, readMetrics } from "../src/run/log.js";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-"));
  path = join(directory, "metrics.jsonl");
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (epochs: number, from = 0) => {
  const log = new MetricsLog(path, from);
  for (let epoch = from; epoch < epochs; epoch++) log.append({ epoch, loss: 1 / (epoch + 3) });
  log.close();
};

test("losses are written one per line and read with the same bits", () => {
  write(3);
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  expect(readMetrics(path)).toEqual([0, 1, 2].map((epoch) => ({ epoch, loss: 1 / (epoch + 3) })));
});

test("an incomplete last line is removed, and the log continues after the epoch of the checkpoint", () => {
  write(5);
  appendFileSync(path, '{"epoch":5,"lo');
  write(7, 4);
  expect(readMetrics(path).map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a log shorter than its checkpoint keeps its complete lines", () => {
  writeFileSync(path, '{"epoch":0,"loss":1}\n{"epoch":1');
  new MetricsLog(path, 4).close();
  expect(readFileSync(path, "utf8")).toBe('{"epoch":0,"loss":1}\n');
});

test("a run from the start empties an existing log", () => {
  write(5);
  write(2);
  expect(readMetrics(path)).toHaveLength(2);
});
