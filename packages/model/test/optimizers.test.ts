import { expect, expectTypeOf, test } from "vitest";
import { type Adam, adam, adamw, type FitOptions, Gru, type Optimizer, rmsprop, sgd } from "../src/index.js";
import { bits, randomTensor } from "./random-network.js";

const learningRate = 0.01;

test("defaults are PyTorch's", () => {
  expect(sgd({ learningRate })).toEqual({ kind: "sgd", learningRate, momentum: 0, weightDecay: 0, nesterov: false });
  const betas = [0.9, 0.999];
  expect(adam({ learningRate })).toEqual({ kind: "adam", learningRate, betas, epsilon: 1e-8, weightDecay: 0 });
  expect(adamw({ learningRate })).toEqual({ kind: "adamw", learningRate, betas, epsilon: 1e-8, weightDecay: 0.01 });
  expect(rmsprop({ learningRate })).toEqual({
    kind: "rmsprop",
    learningRate,
    alpha: 0.99,
    epsilon: 1e-8,
    momentum: 0,
    weightDecay: 0,
  });
});

test.each([
  [() => sgd({ learningRate: 0 }), /learningRate: expected a number above 0, got 0/],
  [() => sgd({ learningRate: 1, momentum: 1 }), /momentum: expected a number from 0 to below 1, got 1/],
  [() => sgd({ learningRate: 1, nesterov: true }), /nesterov: expected a momentum above 0, got 0/],
  [() => adam({ learningRate, betas: [0.9, 1] }), /betas\[1\]: expected a number from 0 to below 1, got 1/],
  [() => adam({ learningRate, betas: [0.9] as unknown as [number, number] }), /betas: expected two numbers, got 1/],
  [() => adam({ learningRate, epsilon: 1e-60 }), /epsilon: expected a number above 0 in single precision, got 1e-60/],
  [() => adamw({ learningRate, weightDecay: -1 }), /weightDecay: expected a number of at least 0, got -1/],
  [() => adam({ learningRate, beta: 1 } as never), /adam: expected learningRate, betas, .* got "beta"/],
  [() => rmsprop({ learningRate, alpha: 2 }), /alpha: expected a number from 0 to below 1, got 2/],
  [() => rmsprop({ learningRate: "1" as never }), /learningRate: expected a number, got string/],
])("an invalid option throws: %s", (make, message) => expect(make).toThrow(message));

test("an unknown kind of optimizer throws", async () => {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after" });
  const data = { x: randomTensor([3, 2, 1], 1), y: randomTensor([3, 2, 1], 2) };
  const optimizer = { kind: "lion", learningRate } as unknown as Optimizer;
  await expect(gru.fit(data, { epochs: 1, optimizer })).rejects.toThrow(
    /optimizer.kind: expected sgd, adam, adamw, rmsprop, got lion/,
  );
});

test("an optimizer can be given as plain data", async () => {
  const data = { x: randomTensor([3, 2, 1], 1), y: randomTensor([3, 2, 1], 2) };
  const trained = async (optimizer: Optimizer) => {
    const gru = await Gru.create({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after" });
    await gru.fit(data, { epochs: 2, optimizer });
    return bits(gru.stateDict("pytorch")["gru.weight_hh_l0"]!.data);
  };
  const written = { kind: "adam", learningRate } as unknown as Optimizer;
  expect(await trained(written)).toEqual(await trained(adam({ learningRate })));
  await expect(trained({ kind: "sgd", learningRate: "1" } as unknown as Optimizer)).rejects.toThrow(
    /learningRate: expected a number, got/,
  );
});

test("a moment that overflows throws a DivergedError with its name", async () => {
  const gru = await Gru.create({ inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after" });
  const y = randomTensor([3, 2, 1], 2);
  const data = { x: randomTensor([3, 2, 1], 1), y: { ...y, data: y.data.map(() => 1e19) } };
  await expect(gru.fit(data, { epochs: 2, optimizer: adam({ learningRate }) })).rejects.toThrow(
    /the second moment of .* is not finite/,
  );
});

test("types are exact", () => {
  expectTypeOf(adam({ learningRate })).toEqualTypeOf<Adam>();
  expectTypeOf<Optimizer["kind"]>().toEqualTypeOf<"sgd" | "adam" | "adamw" | "rmsprop">();
  expectTypeOf<NonNullable<FitOptions["optimizer"]>>().toEqualTypeOf<Optimizer | Optimizer["kind"]>();
  // @ts-expect-error no such option
  expect(() => sgd({ learningRate, betas: [0, 0] })).toThrow();
});
