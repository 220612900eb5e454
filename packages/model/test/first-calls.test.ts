/** What users of other libraries write first: it works, or the error says what to write instead. */
import { expect, test } from "vitest";
import { adam, type FitOptions, Gru, type GruConfig, type TrainingData, tensor, timeMajor } from "../src/index.js";
import { randomTensor } from "./random-network.js";

const config = { inputSize: 1, hiddenSize: 4, outputSize: 1, cell: "reset-after" } as const;
const x = randomTensor([5, 3, 1], 1);
const y = randomTensor([5, 3, 1], 2);
const call = /Gru\.create\(\{ inputSize: 1, hiddenSize: 16/;

// biome-ignore lint/suspicious/noExplicitAny: calls that do not compile
const AnyGru = Gru as any;
const wrong = (options: object) => ({ epochs: 1, ...options }) as FitOptions;

test("new Gru and create without a config name the call to write", async () => {
  expect(() => new AnyGru(1, 16)).toThrow(call);
  await expect(AnyGru.create()).rejects.toThrow(call);
  await expect(AnyGru.create(1, 16)).rejects.toThrow(call);
  await expect(Gru.create({ ...config, cell: undefined } as unknown as GruConfig)).rejects.toThrow(
    /cell: expected reset-before, reset-after, memoryless, got undefined/,
  );
  await expect(Gru.create(config, { wasm: 1 } as never)).rejects.toThrow(/options: expected kernel, got "wasm"/);
});

test("an optimizer can be given by name, and its factory without options", async () => {
  const fitted = async (optimizer: FitOptions["optimizer"]) => {
    const gru = await Gru.create(config);
    return (await gru.fit({ x, y }, { epochs: 3, optimizer })).loss;
  };
  expect(await fitted("adam")).toEqual(await fitted(adam({ learningRate: 0.001 })));
  expect(await fitted(adam())).toEqual(await fitted("adam"));
  await expect(fitted("Adam" as never)).rejects.toThrow(/optimizer: expected sgd, adam, adamw, rmsprop, got Adam/);
});

test("fit without options, or with x and y apart, names the call to write", async () => {
  const gru = await Gru.create(config);
  // @ts-expect-error options are required
  await expect(gru.fit({ x, y })).rejects.toThrow(/fit: expected options such as \{ epochs: 100 \}/);
  // @ts-expect-error x and y belong together
  await expect(gru.fit(x, y, { epochs: 1 })).rejects.toThrow(/write fit\(\{ x, y \}, options\)/);
  await expect(gru.fit(x as unknown as TrainingData, { epochs: 1 })).rejects.toThrow(
    /write fit\(\{ x, y \}, options\)/,
  );
});

test.each<[string, object, RegExp]>([
  ["a controller", { signal: new AbortController() }, /signal: expected an AbortSignal.*pass its signal/],
  ["a schedule by name", { schedule: "cosine" }, /schedule: expected an object with kind, got "cosine"/],
  ["clipping by a number", { clip: 1 }, /clip: expected an object with kind, maxValue, maxNorm, alpha, got 1/],
  [
    "a penalty as a number",
    { regularize: { kernel: 0.5 } },
    /regularize\.kernel: expected an object with l1, l2, got 0\.5/,
  ],
  [
    "early stopping as true",
    { earlyStopping: true },
    /earlyStopping: expected an object with patience, .* got boolean/,
  ],
  ["truncation as a number", { truncate: 20 }, /truncate: expected an object with k1, k2, got 20/],
  ["shuffle as a word", { shuffle: "batch" }, /shuffle: expected true or false, got string/],
  ["a loss of other libraries", { loss: "mean_squared_error" }, /loss: expected mse, mae, huber, gaussian/],
])("fit names what an option is: %s", async (_, options, message) => {
  const gru = await Gru.create(config);
  await expect(gru.fit({ x, y }, wrong(options))).rejects.toThrow(message);
});

test("unknown keys throw in every call", async () => {
  const gru = await Gru.create(config);
  const other = { metrics: [] } as never;
  expect(() => gru.forward(x, other)).toThrow(/got "metrics"/);
  expect(() => gru.backward(x, y, other)).toThrow(/got "metrics"/);
  expect(() => gru.evaluate({ x, y }, other)).toThrow(/evaluate options: expected loss, got "metrics"/);
  expect(() => gru.stream(other)).toThrow(/stream options: expected state, got "metrics"/);
  expect(() => gru.save(other)).toThrow(/save options: expected metadata, got "metrics"/);
  await expect(gru.fit({ x, y }, wrong({ metrics: [] }))).rejects.toThrow(/got "metrics"/);
});

test("timeMajor converts samples first to steps first", async () => {
  const samplesFirst = [
    [[1], [2], [3]],
    [[4], [5], [6]],
  ];
  const { data, shape } = timeMajor(samplesFirst);
  expect(shape).toEqual([3, 2, 1]);
  expect([...data]).toEqual([1, 4, 2, 5, 3, 6]);
  const gru = await Gru.create(config);
  expect(() => gru.predict([[1, 2]])).toThrow(/x: expected shape \[any, any, 1\], got \[1, 2\] .*timeMajor/);
});

test("files of other libraries are named", async () => {
  const starting = (...bytes: number[]) => Uint8Array.of(...bytes, ...new Uint8Array(64).fill(1));
  await expect(Gru.load(starting(0x50, 0x4b, 3, 4))).rejects.toThrow(/got a zip archive, such as a \.pt file/);
  await expect(Gru.load(starting(0x80, 2))).rejects.toThrow(/got a pickle/);
  await expect(Gru.load(starting(0x89, 0x48, 0x44, 0x46))).rejects.toThrow(/got an HDF5 file/);
  await expect(AnyGru.load("model.safetensors")).rejects.toThrow(/expected the bytes of a file.*got string; read/);
});

test("the bytes of a file may be an ArrayBuffer", async () => {
  const gru = await Gru.create(config);
  const { buffer } = Uint8Array.from(gru.save());
  expect((await Gru.load(buffer)).predict(x)).toEqual(gru.predict(x));
});

test("numbers that are not finite throw before they are computed with", async () => {
  const gru = await Gru.create(config);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e39]) {
    const bad = tensor([1, 2, value], [3, 1, 1]);
    expect(() => gru.forward(bad)).toThrow(/x: expected finite numbers, got .* at element 2/);
    expect(() => gru.predict(bad)).toThrow(/at element 2/);
    expect(() => gru.predict(bad, { lengths: [3] })).toThrow(/at element 2/);
    expect(gru.predict(bad, { lengths: [2] }).data.every(Number.isFinite)).toBe(true);
    expect(() => gru.stream({ state: [0, value, 0, 0] })).toThrow(/state: expected finite numbers/);
  }
});

test("a stream throws after dispose()", async () => {
  const gru = await Gru.create(config);
  const stream = gru.stream();
  stream.step([1]);
  gru.dispose();
  for (const use of [() => stream.step([1]), () => stream.steps([[1]]), () => stream.state, () => stream.fork()])
    expect(use).toThrow(/the network was disposed/);
});

test("save throws on metadata that load would not read", async () => {
  const gru = await Gru.create(config);
  const save = (metadata: object) => gru.save({ metadata: metadata as Record<string, string> });
  expect(() => save({ epoch: 3 })).toThrow(/metadata\.epoch: expected a string, got number/);
  expect(() => save({ sluice: "{}" })).toThrow(/metadata: expected other names than "sluice"/);
  expect(() => save(["a"])).toThrow(/metadata: expected an object/);
  await Gru.load(save({ epoch: "3" }));
});
