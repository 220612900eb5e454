import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { linesOf, MetricsLog, readMetrics } from "../src/run/log.js";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-"));
  path = join(directory, "metrics.jsonl");
});
afterEach(() => rmSync(directory, { recursive: true }));

const line = (epoch: number) => ({ epoch, loss: 1 / (epoch + 3) });
const written = () => readMetrics(path, readFileSync(path, "utf8"));

test("losses are written one per line and read with the same bits", () => {
  const log = new MetricsLog(path);
  for (let epoch = 0; epoch < 3; epoch++) log.append(line(epoch));
  log.close();
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  expect(written()).toEqual([0, 1, 2].map(line));
});

test("the log of a resumed run is written anew from the history of its checkpoint", () => {
  writeFileSync(path, '{"epoch":0,"loss":1}\n{"epoch":1');
  const log = new MetricsLog(path, [line(0), line(1)]);
  log.append(line(2));
  log.close();
  expect(written()).toEqual([0, 1, 2].map(line));
});

test("the lines of a history have held-out losses in the epochs that measured them", () => {
  expect(linesOf({ training: [3, 2, 1], heldOut: [{ epoch: 1, loss: 5 }] })).toEqual([
    { epoch: 0, loss: 3 },
    { epoch: 1, loss: 2, heldOutLoss: 5 },
    { epoch: 2, loss: 1 },
  ]);
});

test("an incomplete last line is not read", () => {
  writeFileSync(path, '{"epoch":0,"loss":1}\n{"epoch":1');
  expect(written()).toEqual([{ epoch: 0, loss: 1 }]);
});
