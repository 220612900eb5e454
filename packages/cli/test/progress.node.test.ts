import { expect, test } from "vitest";
import { clock, progressLine } from "../src/terminal/progress.js";

const step = {
  epoch: 1233,
  epochs: 5000,
  loss: 140.234,
  heldOutLoss: 152.1,
  epochsPerSecond: 1650,
  width: undefined,
};

test("a plain line has epoch, losses, speed and time left", () => {
  expect(progressLine(step)).toBe("epoch 1234/5000  loss 140.2  held-out 152.1  1650 epochs/s  0:03 left");
});

test("no held-out loss is shown before the first", () => {
  const { heldOutLoss: _, ...first } = { ...step, epoch: 0 };
  expect(progressLine(first)).toBe("epoch    1/5000  loss 140.2  1650 epochs/s  0:04 left");
});

test.each([40, 79, 100, 200])(
  "on a terminal of %i columns the line fits, and has the same length in every epoch",
  (width) => {
    const lengths = [0, 99, 4999].map((epoch) => progressLine({ ...step, epoch, width }).length);
    for (const length of lengths) expect(length).toBeLessThanOrEqual(width);
    expect(new Set(lengths).size).toBe(1);
  },
);

test("the bar fills from the left", () => {
  expect(progressLine({ ...step, epoch: 2499, width: 100 })).toMatch(/^█+░+ {2}epoch 2500/);
  expect(progressLine({ ...step, epoch: 4999, width: 100 })).toMatch(/^█+ {2}epoch 5000/);
});

test.each([
  [0, "0:00"],
  [59.2, "1:00"],
  [61, "1:01"],
  [3661, "1:01:01"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});
