export type { CandidateActivation, Cell, GateActivation, KernelSource } from "@sluice/kernel-wasm";
export { kernelVersion } from "@sluice/kernel-wasm";
export type { Clip } from "./clip.js";
export type { GruConfig, Init } from "./config.js";
export { type Convention, defaultConvention } from "./conventions.js";
export { type Conversion, conversion } from "./conversion.js";
export type { EarlyStopping } from "./early-stopping.js";
export { DivergedError } from "./errors.js";
export type { BatchEvent, EpochEvent, FitOptions, History } from "./fit-options.js";
export { Gru } from "./gru.js";
export type {
  BackwardResult,
  ForwardOptions,
  ForwardResult,
  KernelOptions,
  StateOptions,
} from "./gru-options.js";
export type { Loss } from "./losses.js";
export type { Optimizer } from "./optimizer.js";
export { type Adam, type AdamOptions, type AdamW, adam, adamw } from "./optimizers/adam.js";
export { type Rmsprop, type RmspropOptions, rmsprop } from "./optimizers/rmsprop.js";
export { type Sgd, type SgdOptions, sgd } from "./optimizers/sgd.js";
export type { Penalty, Regularize } from "./regularize.js";
export { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from "./safetensors.js";
export type { Schedule } from "./schedule.js";
export { type ConstantRate, constantRate } from "./schedules/constant-rate.js";
export { type CosineDecay, type CosineDecayOptions, cosineDecay } from "./schedules/cosine-decay.js";
export { type ExponentialDecay, exponentialDecay } from "./schedules/exponential-decay.js";
export { type OneCycle, type OneCycleOptions, oneCycle } from "./schedules/one-cycle.js";
export {
  type ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from "./schedules/reduce-on-plateau.js";
export { type StepDecay, type StepDecayOptions, stepDecay } from "./schedules/step-decay.js";
export { type WarmUp, type WarmUpOptions, warmUp } from "./schedules/warm-up.js";
export type { Sequences, StepFlags, StepOptions, StridedRows, TrainingData } from "./sequences.js";
export type { Direction } from "./shape.js";
export type { StateDict } from "./state-dict.js";
export type { Stream } from "./stream.js";
export { type Tensor, tensor } from "./tensor.js";
export { type DataSize, type TrainingMemory, type TrainingSize, trainingMemory } from "./training-memory.js";
