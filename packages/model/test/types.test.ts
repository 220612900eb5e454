/** The types of the public API: which programs compile, and the types of their results. */
import { expect, expectTypeOf, test } from "vitest";
import type {
  BackwardResult,
  BatchEvent,
  Convention,
  Conversion,
  EpochEvent,
  FitOptions,
  ForwardResult,
  GruConfig,
  History,
  Loss,
  Schedule,
  StateDict,
  Stream,
  Tensor,
  TensorLike,
  TrainingData,
} from "../src/index.js";
import * as model from "../src/index.js";

const { Gru, conversion, readSafetensors, tensor, trainingMemory, writeSafetensors } = model;
type Network = model.Gru;

test("a config accepts only valid options", () => {
  const config = { inputSize: 1, hiddenSize: 2, outputSize: 1, cell: "reset-after" } as const;
  expectTypeOf(config).toExtend<GruConfig>();
  expectTypeOf<GruConfig["cell"]>().toEqualTypeOf<"reset-before" | "reset-after" | "memoryless">();
  expectTypeOf<GruConfig["direction"]>().toEqualTypeOf<"forward" | "reverse" | "bidirectional" | undefined>();
  expectTypeOf<GruConfig["outputs"]>().toEqualTypeOf<"all" | "last" | undefined>();
  expectTypeOf<GruConfig["gateActivation"]>().toEqualTypeOf<
    "sigmoid" | "hard-sigmoid" | "hard-sigmoid-0.2" | undefined
  >();
  expectTypeOf<GruConfig["candidateActivation"]>().toEqualTypeOf<"tanh" | "relu" | "linear" | undefined>();
  expectTypeOf<GruConfig["init"]>().toEqualTypeOf<"uniform" | "uniform-scaled" | "glorot-orthogonal" | undefined>();
  // @ts-expect-error no such cell
  expectTypeOf({ ...config, cell: "lstm" } as const).toExtend<GruConfig>();
  // @ts-expect-error a number of layers
  expectTypeOf({ ...config, layers: "2" } as const).toExtend<GruConfig>();
  // @ts-expect-error the cell is required
  expectTypeOf({ inputSize: 1, hiddenSize: 2, outputSize: 1 }).toExtend<GruConfig>();
});

test("types of the results of a network", () => {
  expectTypeOf<Network["config"]>().toEqualTypeOf<Required<GruConfig>>();
  expectTypeOf<Network["forward"]>().returns.toEqualTypeOf<ForwardResult>();
  expectTypeOf<ForwardResult>().toEqualTypeOf<{
    readonly output: Tensor;
    readonly hidden: Tensor;
    readonly finalState: Tensor;
  }>();
  expectTypeOf<Network["backward"]>().returns.toEqualTypeOf<BackwardResult>();
  expectTypeOf<BackwardResult>().toEqualTypeOf<{ readonly loss: number; readonly gradients: StateDict }>();
  expectTypeOf<Network["fit"]>().parameters.toEqualTypeOf<[data: TrainingData, options: FitOptions]>();
  expectTypeOf<Network["fit"]>().returns.resolves.toEqualTypeOf<History>();
  expectTypeOf<Network["stream"]>().returns.toEqualTypeOf<Stream>();
  expectTypeOf<Stream["step"]>().toEqualTypeOf<(inputs: ArrayLike<number>) => Float32Array>();
  expectTypeOf<Stream["steps"]>().toEqualTypeOf<(given: TensorLike) => Tensor>();
  expectTypeOf<Network["save"]>().returns.toEqualTypeOf<Uint8Array>();
  expectTypeOf<Network["checkpoint"]>().returns.toEqualTypeOf<Uint8Array>();
  expectTypeOf<Network["stateDict"]>().toEqualTypeOf<(convention: Convention) => StateDict>();
  expectTypeOf<Convention>().toEqualTypeOf<"notebook" | "pytorch" | "keras" | "onnx">();
  expectTypeOf<ReturnType<typeof Gru.load>>().resolves.toEqualTypeOf<Network>();
});

test("a network cannot be created with `new`", () => {
  // @ts-expect-error the constructor is private
  expect(() => new Gru()).toThrow();
});

test("types of the options and results of training", () => {
  expectTypeOf<FitOptions["epochs"]>().toEqualTypeOf<number>();
  expectTypeOf<FitOptions["threads"]>().toEqualTypeOf<number | "auto" | undefined>();
  expectTypeOf<FitOptions["onEpoch"]>().toEqualTypeOf<((event: EpochEvent) => void) | undefined>();
  expectTypeOf<FitOptions["onBatch"]>().toEqualTypeOf<((event: BatchEvent) => void) | undefined>();
  expectTypeOf<FitOptions["schedule"]>().toEqualTypeOf<Schedule | undefined>();
  expectTypeOf<EpochEvent["validationLoss"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<History["loss"]>().toEqualTypeOf<readonly number[]>();
  expectTypeOf<"mse" | "mae" | "huber" | "gaussian">().toExtend<Loss>();
  expectTypeOf<{ kind: "pinball"; quantiles: number[] }>().toExtend<Loss>();
  // @ts-expect-error no such loss
  expectTypeOf<"cross-entropy">().toExtend<Loss>();
  // @ts-expect-error epochs are required
  expectTypeOf<{ batchSize: number }>().toExtend<FitOptions>();
  // @ts-expect-error clipping by value needs maxValue
  expectTypeOf<{ epochs: number; clip: { kind: "value"; maxNorm: number } }>().toExtend<FitOptions>();
});

test("formats and plans", () => {
  expectTypeOf(conversion).returns.toEqualTypeOf<Conversion>();
  expectTypeOf<Conversion["kind"]>().toEqualTypeOf<"exact" | "rounded" | "impossible">();
  // @ts-expect-error no such library
  expect(() => conversion("pytorch", "caffe")).toThrow(
    /to: expected notebook, pytorch, keras, onnx, tfjs, got caffe/,
  );
  expectTypeOf(readSafetensors).returns.toEqualTypeOf<model.SafetensorsFile>();
  expectTypeOf(writeSafetensors).returns.toEqualTypeOf<Uint8Array>();
  expectTypeOf(tensor).returns.toEqualTypeOf<Tensor>();
  expectTypeOf<Tensor>().toEqualTypeOf<{ readonly data: Float32Array; readonly shape: readonly number[] }>();
  expectTypeOf(trainingMemory).returns.toEqualTypeOf<model.TrainingMemory>();
});

test("no public type is `any`", () => {
  type Public = typeof model;
  type Loose = { [Name in keyof Public]: 0 extends 1 & Public[Name] ? Name : never }[keyof Public];
  expectTypeOf<Loose>().toEqualTypeOf<never>();
  for (const [name, value] of Object.entries(model)) expect(value, name).toBeDefined();
});
