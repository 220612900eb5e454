export type { CandidateActivation, Cell, GateActivation, KernelSource } from "@sluice/kernel-wasm";
export { CELLS, kernelVersion } from "@sluice/kernel-wasm";
export { DivergedError } from "./errors.js";
export { type Convention, defaultConvention } from "./formats/conventions.js";
export { type Computed, type Conversion, conversion, type Library } from "./formats/conversion.js";
export { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from "./formats/safetensors.js";
export type { StateDict } from "./formats/state-dict.js";
export { Gru } from "./gru.js";
export type {
  BackwardResult,
  ForwardOptions,
  ForwardResult,
  KernelOptions,
  StateOptions,
} from "./gru-options.js";
export { type GruConfig, INITS, type Init } from "./network/config.js";
export type { Direction } from "./network/shape.js";
export type { Loss } from "./passes/losses.js";
export type { Sequences, StepFlags, StepOptions, StridedRows, TrainingData } from "./sequences.js";
export type { Stream } from "./stream.js";
export { type Tensor, tensor } from "./tensor.js";
export type { Clip } from "./training/clip.js";
export type { EarlyStopping } from "./training/early-stopping.js";
export type { BatchEvent, EpochEvent, FitOptions, History } from "./training/fit-options.js";
export type { Optimizer } from "./training/optimizer.js";
export { type Adam, type AdamOptions, type AdamW, adam, adamw } from "./training/optimizers/adam.js";
export { type Rmsprop, type RmspropOptions, rmsprop } from "./training/optimizers/rmsprop.js";
export { type Sgd, type SgdOptions, sgd } from "./training/optimizers/sgd.js";
export type { Penalty, Regularize } from "./training/regularize.js";
export type { Schedule } from "./training/schedule.js";
export { type ConstantRate, constantRate } from "./training/schedules/constant-rate.js";
export { type CosineDecay, type CosineDecayOptions, cosineDecay } from "./training/schedules/cosine-decay.js";
export { type ExponentialDecay, exponentialDecay } from "./training/schedules/exponential-decay.js";
export { type OneCycle, type OneCycleOptions, oneCycle } from "./training/schedules/one-cycle.js";
export {
  type ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from "./training/schedules/reduce-on-plateau.js";
export { type StepDecay, type StepDecayOptions, stepDecay } from "./training/schedules/step-decay.js";
export { type WarmUp, type WarmUpOptions, warmUp } from "./training/schedules/warm-up.js";
export { type DataSize, type TrainingMemory, type TrainingSize, trainingMemory } from "./training/training-memory.js";
export type { Truncate } from "./training/truncation.js";
