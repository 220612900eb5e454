import { DataError, formatTime, readCsv } from "@sluice/data";
import {
  checkpointHistory,
  Forecaster,
  fit,
  InterruptedError,
  loadSeries,
  prepare,
  type Recipe,
  RecipeError,
  saveSeries,
  seriesOf,
  verify,
} from "@sluice/pipeline";
import { expect, test } from "vitest";
import { monthly, rising } from "./small-series.js";

const small: Recipe = { epochs: 12, hiddenSize: 5, lookback: 8, seed: 3 };
const series = monthly(rising);

test("a manifest is JSON and complete", async () => {
  const { manifest } = await fit(series, small);
  expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  expect(manifest.loss.training).toHaveLength(12);
  expect(manifest.loss.heldOut).toHaveLength(12);
  expect(manifest.metrics.heldOut!.count).toBe(19);
  expect(manifest.baselines.naive!.count).toBe(19);
  expect(manifest.baselines["seasonal-naive"]!.count).toBe(19);
  expect(manifest.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(manifest).not.toHaveProperty("limits");
});

test("the same run gives the same manifest; another seed another fingerprint", async () => {
  const first = (await fit(series, small)).manifest;
  expect((await fit(series, small)).manifest).toEqual(first);
  expect((await fit(series, { ...small, seed: 4 })).manifest.fingerprint).not.toBe(first.fingerprint);
});

test("threads change nothing in the manifest but its number of threads", async () => {
  const wide: Recipe = { ...small, epochs: 2, hiddenSize: 64, lookback: 40, batchSize: "all" };
  const { manifest } = await fit(monthly([...rising, ...rising]), wide, { threads: 2 });
  expect(manifest.threads).toBe(2);
  expect({ ...manifest, threads: 1 }).toEqual((await fit(monthly([...rising, ...rising]), wide)).manifest);
  expect((await fit(series, small, { threads: 2 })).manifest.threads).toBe(1);
});

test("the held-out part does not change the parameters", async () => {
  const other = monthly(rising.map((v, i) => (i < 77 ? v : v * 2)));
  expect((await fit(other, small)).manifest.fingerprint).toBe((await fit(series, small)).manifest.fingerprint);
});

test("onProgress is called once per epoch, in order", async () => {
  const epochs: number[] = [];
  await fit(series, small, { onProgress: ({ epoch }) => epochs.push(epoch) });
  expect(epochs).toEqual(Array.from({ length: 12 }, (_, i) => i));
});

test("an interrupted run resumes to the same bits", async () => {
  const whole = (await fit(series, small)).manifest;
  const abort = new AbortController();
  const stopped = fit(series, small, {
    signal: abort.signal,
    onProgress: ({ epoch }) => {
      if (epoch === 4) abort.abort();
    },
  });
  const error = await stopped.then(
    () => undefined,
    (reason: unknown) => reason as InterruptedError,
  );
  expect(error).toBeInstanceOf(InterruptedError);
  expect(error!.epochs).toBe(5);
  const epochs: number[] = [];
  const rest = await fit(series, small, { resume: error!.checkpoint, onProgress: ({ epoch }) => epochs.push(epoch) });
  expect(epochs).toEqual([5, 6, 7, 8, 9, 10, 11]);
  expect(rest.manifest).toEqual(whole);
});

test("a checkpoint taken after an epoch resumes with the next, to the same bits", async () => {
  let checkpoint: Uint8Array | undefined;
  const take = {
    onProgress: (step: { epoch: number; checkpoint(): Uint8Array }) => {
      if (step.epoch === 6) checkpoint = step.checkpoint();
    },
  };
  const whole = (await fit(series, small, take)).manifest;
  expect(checkpointHistory(checkpoint!)).toEqual({
    training: whole.loss.training.slice(0, 7),
    heldOut: whole.loss.heldOut.slice(0, 7),
  });
  expect((await fit(series, small, { resume: checkpoint! })).manifest).toEqual(whole);
});

test("a checkpoint with one flipped bit is not resumed", async () => {
  let checkpoint = new Uint8Array();
  await fit(series, small, {
    onProgress: (step) => {
      if (step.epoch === 6) checkpoint = Uint8Array.from(step.checkpoint());
    },
  });
  checkpoint[checkpoint.length - 5]! ^= 4;
  await expect(fit(series, small, { resume: checkpoint })).rejects.toThrow("checkpoint: damaged");
});

test("a saved series has the hash of the original, with its missing values", () => {
  const gap = monthly(rising.map((v, i) => (i === 30 ? Number.NaN : v)));
  const prepared = prepare(gap, small);
  const again = loadSeries(saveSeries(prepared));
  expect(again).toEqual(gap);
  expect(prepare(again, small).hash).toBe(prepared.hash);
  expect(() => loadSeries(new Uint8Array(9), "s")).toThrow(/^s: safetensors/);
});

test("a saved series keeps the frequency of its times and the rows that the file lacked", () => {
  const monday = Date.UTC(2023, 0, 2);
  const dates = Array.from({ length: 60 }, (_, i) => new Date(monday + (Math.floor(i / 5) * 7 + (i % 5)) * 864e5));
  const rows = dates.filter((_, i) => i !== 7).map((date, i) => `${date.toISOString().slice(0, 10)},${i % 9}`);
  const prepared = prepare(readCsv(["date,value", ...rows].join("\n")), small);
  expect(prepared.target.absent).toBe(1);
  const again = prepare(loadSeries(saveSeries(prepared)), small);
  expect(again.target).toEqual(prepared.target);
  expect(again.target.time.frequency).toEqual({ unit: "business-day", every: 1 });
});

test.each([
  [{ hiddenSize: 16_385 }, "hiddenSize: expected an integer from 1 to 16384, got 16385"],
  [{ hiddenSize: 16_384 }, "hiddenSize: expected a network that trains in 4 GiB of memory, got 16384 units"],
])("%o is refused before anything is allocated", async (recipe, message) => {
  expect(() => prepare(series, recipe)).toThrow(RecipeError);
  expect(() => prepare(series, recipe)).toThrow(message);
});

test("a missing value is interpolated for training and excluded from errors", async () => {
  const gap = monthly(rising.map((v, i) => (i === 90 || i === 30 ? Number.NaN : v)));
  const { manifest } = await fit(gap, small);
  expect(manifest.data.missing.count).toBe(2);
  expect(manifest.metrics.heldOut!.count).toBe(18);
  expect(manifest.baselines.drift!.count).toBe(18);
});

test("a held-out part shorter than a window still has a loss", async () => {
  const { manifest } = await fit(series, { ...small, holdOut: 3 });
  expect(manifest.loss.heldOut.at(-1)!.loss).toBeGreaterThan(0);
  expect(manifest.metrics.heldOut!.count).toBe(3);
});

test("the manifest of a notebook preset has limits", async () => {
  const recipe: Recipe = { preset: "notebook-fixed", epochs: 3 };
  const forecaster = await fit(seriesOf(recipe), recipe);
  expect(forecaster.manifest.limits!.oneStep).toBeCloseTo(105, 12);
  expect(forecaster.manifest.split).toEqual({ train: 200, heldOut: 200 });
  expect(forecaster.manifest.metrics.training!.count).toBe(180);
});

test("the approximation is the notebook's: 180 windows of 199 differences, the first for t = 20", async () => {
  const recipe: Recipe = {
    preset: "notebook",
    epochs: 2,
    source: { kind: "trend", length: 201, intercept: 5, slope: 7, noise: 10 },
    holdOut: 1,
  };
  const data = seriesOf(recipe);
  const values = data.columns[0]!.values;
  const { lag, first, transformed, predicted, predictedTransformed } = (await fit(data, recipe)).approximate(data);
  expect([lag, first, transformed.length, predicted.length]).toEqual([1, 20, 200, 181]);
  expect(transformed[0]).toBe(values[1]! - values[0]!);
  // predicted level = predicted difference + the value before
  for (const i of [0, 90, 180]) expect(predicted[i]).toBe(predictedTransformed[i]! + values[first + i - 1]!);
});

test("a forecast continues the series' times, and its first step is the one-step prediction", async () => {
  const forecaster = await fit(series, small);
  const { time, columns } = forecaster.forecast(14);
  expect(Array.from(time.values)).toEqual(Array.from({ length: 14 }, (_, i) => -240 + 96 + i));
  expect(columns[0]!.name).toBe("passengers");
  expect(columns[0]!.values.every(Number.isFinite)).toBe(true);
  const longer = monthly([...rising, 200]);
  const { predicted } = forecaster.approximate(longer);
  expect(columns[0]!.values[0]).toBe(predicted.at(-1));
});

test("a saved and loaded forecaster gives the same forecast and manifest", async () => {
  const forecaster = await fit(series, small);
  const again = await Forecaster.load(forecaster.save());
  expect(again.manifest).toEqual(forecaster.manifest);
  expect(again.forecast(5)).toEqual(forecaster.forecast(5));
  expect(again.save()).toEqual(forecaster.save());
});

test("a horizon that is not an integer from 1 throws", async () => {
  const forecaster = await fit(series, small);
  expect(() => forecaster.forecast(0)).toThrow(/horizon: expected an integer.*1.*got 0/);
  expect(() => forecaster.forecast(1e12)).toThrow(
    "horizon: expected an integer from 1 to 10000000, got 1000000000000",
  );
});

test("verify of an unchanged manifest is equal", async () => {
  const { manifest } = await fit(series, small);
  expect(await verify(manifest, series)).toEqual({ outcome: "equal", fingerprint: manifest.fingerprint });
});

test("verify names the first epoch and the first tensor that differ", async () => {
  const { manifest } = await fit(series, small);
  const other = { ...manifest, recipe: { ...manifest.recipe, learningRate: 0.01 } };
  const verdict = await verify(other, series);
  // the first loss is taken before the first update
  const tensor = Object.keys(manifest.tensors).sort()[0];
  expect(verdict).toMatchObject({ outcome: "different", expected: manifest.fingerprint, tensor });
  expect((verdict as { epoch: number }).epoch).toBe(0);
});

test("verify needs the same kernel and the same data", async () => {
  const { manifest } = await fit(series, small);
  const older = { ...manifest, versions: { ...manifest.versions, kernel: "0.0.1" } };
  expect(await verify(older, series)).toMatchObject({
    outcome: "not-comparable",
    reason: expect.stringContaining("0.0.1"),
  });
  const other = monthly(rising.map((v) => v + 1));
  await expect(verify(manifest, other)).rejects.toThrow(DataError);
  await expect(verify(manifest, other)).rejects.toThrow(/the series has changed since the run: expected SHA-256/);
  await expect(verify(manifest, prepare(other, small))).rejects.toThrow(/the series has changed since the run/);
  await expect(verify(manifest, monthly(rising, "people"))).rejects.toThrow(/column "passengers": .*no such column/);
});

test.each([
  [
    "month ends",
    "2018-01-31,2018-02-28,2018-03-31,2018-04-30,2018-05-31,2018-06-30,2018-07-31,2018-08-31,2018-09-30,2018-10-31,2018-11-30,2018-12-31",
    ["2019-01-31", "2019-02-28", "2019-03-31"],
  ],
  [
    "business days",
    "2023-01-02,2023-01-03,2023-01-04,2023-01-05,2023-01-06,2023-01-09,2023-01-10,2023-01-11,2023-01-12,2023-01-13",
    ["2023-01-16", "2023-01-17", "2023-01-18"],
  ],
  [
    "quarters",
    "2020-03-31,2020-06-30,2020-09-30,2020-12-31,2021-03-31,2021-06-30,2021-09-30,2021-12-31",
    ["2022-03-31", "2022-06-30", "2022-09-30"],
  ],
])("a forecast after %s follows their calendar, also from a file", async (_, dates, next) => {
  const rows = dates.split(",").map((date, i) => `${date},${((i * 7) % 5) + i / 3}`);
  const forecaster = await fit(readCsv(["date,x", ...rows].join("\n")), { epochs: 1, hiddenSize: 4 });
  const loaded = await Forecaster.load(forecaster.save());
  for (const each of [forecaster, loaded]) {
    const { time } = each.forecast(3);
    expect(Array.from(time.values, (value) => formatTime(time.unit, value))).toEqual(next);
  }
});
