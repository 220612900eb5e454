/** Compared with the learning rates of PyTorch's schedulers (test/scripts/learning-rates.py) within 1e-12: they round in another order. */
import { expect, expectTypeOf, test } from "vitest";
import {
  type ConstantRate,
  type CosineDecay,
  constantRate,
  cosineDecay,
  exponentialDecay,
  Gru,
  oneCycle,
  reduceOnPlateau,
  type Schedule,
  sgd,
  stepDecay,
  tensor,
  type WarmUp,
  warmUp,
} from "../src/index.js";
import { plateauNext, plateauStart, rateAt } from "../src/training/schedules/schedule.js";
import golden from "./goldens/learning-rates.json" with { type: "json" };
import { bits, randomTensor } from "./random-network.js";

/** The rate in each epoch of a run with one update per epoch and the given losses. */
function rates(schedule: Schedule, rate: number, count: number, losses: readonly number[] = []): number[] {
  let plateau = plateauStart(schedule, rate);
  return Array.from({ length: count }, (_, i) => {
    const now = rateAt(schedule, rate, { epoch: i, update: i, plateau });
    plateau = plateauNext(schedule, plateau, losses[i] ?? 0);
    return now;
  });
}

test.each(golden.cases.map((one) => [one.name, one] as const))(
  "%s has the rates of PyTorch",
  (_, { schedule, ...want }) => {
    const got = rates(schedule as unknown as Schedule, golden.rate, want.rates.length, want.losses ?? []);
    want.rates.forEach((rate, i) => {
      expect(Math.abs(got[i]! - rate), `rate ${i}: ${got[i]} and ${rate}`).toBeLessThanOrEqual(1e-12 * rate + 1e-18);
    });
  },
);

test("a schedule that has ended keeps its last rate", () => {
  expect(rates(cosineDecay({ epochs: 3, minimum: 0.25 }), 1, 6).slice(3)).toEqual([0.25, 0.25, 0.25]);
  const cycle = rates(oneCycle({ updates: 5, rise: 0.5 }), 1, 8);
  expect(cycle.slice(5)).toEqual([cycle[4], cycle[4], cycle[4]]);
});

test("schedules count either epochs or updates", () => {
  const at = (epoch: number, update: number) => ({ epoch, update, plateau: null });
  const schedule = warmUp({ updates: 10, startFactor: 0.5, schedule: stepDecay({ every: 1, factor: 0.5 }) });
  expect(rateAt(schedule, 1, at(0, 0))).toBe(0.5);
  expect(rateAt(schedule, 1, at(0, 10))).toBe(1);
  expect(rateAt(schedule, 1, at(2, 5))).toBe(0.75 * 0.25);
  expect(rateAt(oneCycle({ updates: 10 }), 1, at(7, 2))).toBe(1);
});

test("fit reports the scheduled rate of the last update in history and events", async () => {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-before" });
  const data = { x: randomTensor([4, 6, 1], 1), y: randomTensor([4, 6, 1], 2) };
  const run = async (schedule: Schedule, epochs = 6) => {
    const seen: number[] = [];
    const onEpoch = ({ learningRate }: { learningRate: number }) => void seen.push(learningRate);
    const { learningRate } = await gru.fit(data, {
      epochs,
      batchSize: 2,
      optimizer: sgd({ learningRate: 1 }),
      schedule,
      onEpoch,
    });
    expect(seen).toEqual(learningRate);
    return learningRate;
  };
  expect(await run(stepDecay({ every: 2, factor: 0.5 }))).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  // three updates an epoch
  const warm = warmUp({ updates: 8, startFactor: 0.5 });
  expect(await run(warm, 4)).toEqual([0.5 + 2 / 16, 0.5 + 5 / 16, 1, 1]);
  const still = reduceOnPlateau({ factor: 0.5, patience: 0, threshold: 1e9, thresholdMode: "absolute" });
  expect(await run(still)).toEqual([1, 1, 0.5, 0.25, 0.125, 0.0625]);
});

test("an update uses the scheduled rate", async () => {
  const data = { x: randomTensor([4, 6, 1], 1), y: randomTensor([4, 6, 1], 2) };
  const train = async (learningRate: number, options: { schedule?: Schedule }) => {
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 3, outputSize: 1, cell: "reset-before" });
    await gru.fit(data, { epochs: 1, optimizer: sgd({ learningRate }), ...options });
    return bits(gru.stateDict("notebook")["W_hh"]!.data);
  };
  const half = await train(0.5, {});
  expect(await train(1, { schedule: warmUp({ updates: 4, startFactor: 0.5 }) })).toEqual(half);
  expect(await train(1, {})).not.toEqual(half);
});

test("a schedule is plain data", () => {
  for (const schedule of [
    constantRate(),
    stepDecay({ every: 2 }),
    exponentialDecay({ factor: 0.9 }),
    cosineDecay({ epochs: 4 }),
    reduceOnPlateau(),
    oneCycle({ updates: 9 }),
    warmUp({ updates: 3, schedule: cosineDecay({ epochs: 4 }) }),
  ])
    expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule);
});

test.each([
  [() => stepDecay({ every: 0 }), /every: expected an integer of at least 1/],
  [() => stepDecay({ every: 1, factor: 0 }), /factor: expected a number above 0, got 0/],
  [() => exponentialDecay({ factor: -1 }), /factor: expected a number above 0, got -1/],
  [() => exponentialDecay({ gamma: 1 } as never), /exponentialDecay: expected factor, got "gamma"/],
  [() => cosineDecay({ epochs: 1.5 }), /epochs: expected an integer of at least 1/],
  [() => cosineDecay({ epochs: 1, minimum: -1 }), /minimum: expected a number of at least 0, got -1/],
  [() => reduceOnPlateau({ factor: 1 }), /factor: expected a number between 0 and 1, got 1/],
  [() => reduceOnPlateau({ thresholdMode: "rel" as never }), /thresholdMode: expected relative, absolute, got rel/],
  [() => oneCycle({ updates: 1 }), /updates: expected an integer of at least 2/],
  [
    () => oneCycle({ updates: 10, rise: 0.1 }),
    /rise: expected a number above 0.1 \(one update\) and below 1, got 0.1/,
  ],
  [() => oneCycle({ updates: 10, endFactor: 2 }), /endFactor: expected a number above 0 and at most 1, got 2/],
  [() => warmUp({ updates: 0 }), /updates: expected an integer of at least 1/],
  [() => warmUp({ updates: 1, startFactor: 0 }), /startFactor: expected a number above 0 and at most 1, got 0/],
])("an invalid option throws: %s", (make, message) => expect(make).toThrow(message));

test("a schedule can be given as plain data", async () => {
  const fit = async (schedule: unknown) => {
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 1, outputSize: 1, cell: "reset-after" });
    const x = tensor(Float32Array.of(1), [1, 1, 1]);
    return (await gru.fit({ x, y: x }, { epochs: 3, schedule: schedule as Schedule })).learningRate;
  };
  const written = { kind: "warm-up", updates: 2, schedule: { kind: "exponential", factor: 0.5 } };
  expect(await fit(written)).toEqual(await fit(warmUp({ updates: 2, schedule: exponentialDecay({ factor: 0.5 }) })));
  await expect(fit({ kind: "cosine" })).rejects.toThrow(/epochs: expected a number, got undefined/);
  await expect(fit({ kind: "warm-up", updates: 1, schedule: { kind: "warm-up" } })).rejects.toThrow(
    /schedule.schedule.kind: expected constant, .*, got warm-up/,
  );
});

test("types are exact", () => {
  expectTypeOf(warmUp({ updates: 1 })).toEqualTypeOf<WarmUp<ConstantRate>>();
  const warm = warmUp({ updates: 1, schedule: cosineDecay({ epochs: 1 }) });
  expectTypeOf(warm).toEqualTypeOf<WarmUp<CosineDecay | ConstantRate>>();
  expectTypeOf(warm).toExtend<Schedule>();
  // @ts-expect-error a warm-up cannot contain another
  const twice: Schedule = warmUp({ updates: 1, schedule: warm });
  expect(twice.kind).toBe("warm-up");
});
