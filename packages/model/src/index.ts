export type { CandidateActivation, Cell, GateActivation, KernelSource } from "@sluice/kernel-wasm";
export { CELLS, kernelVersion, OutOfMemoryError } from "@sluice/kernel-wasm";
export { type Direction, type GruConfig, INITS, type Init, type Outputs } from "./config/config.js";
export { CheckpointMismatchError } from "./errors/checkpoint-mismatch-error.js";
export { DivergedError } from "./errors/diverged-error.js";
export { FormatError } from "./errors/format-error.js";
export { type Convention, defaultConvention } from "./formats/conventions.js";
export { type Conversion, type ConvertedNetwork, conversion, type Library } from "./formats/conversion.js";
export { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from "./formats/safetensors.js";
export type { StateDict } from "./formats/state-dict.js";
export { Gru } from "./gru/gru.js";
export type {
  BackwardOptions,
  BackwardResult,
  ForwardOptions,
  ForwardResult,
  KernelOptions,
  StateOptions,
} from "./gru/gru-options.js";
export type { Stream } from "./gru/stream.js";
export type { Loss } from "./passes/losses.js";
export type { SampleRows, SampleTensors, StridedRows, TrainingData } from "./tensors/sequences.js";
export type { StepOptions, StepValues } from "./tensors/step-flags.js";
export { type NestedNumbers, type Tensor, type TensorLike, tensor, timeMajor } from "./tensors/tensor.js";
export type { Clip } from "./training/gradients/clip.js";
export type { Penalty, Regularize } from "./training/gradients/regularize.js";
export { type Adam, type AdamOptions, type AdamW, adam, adamw } from "./training/optimizers/adam.js";
export type { Optimizer } from "./training/optimizers/optimizer.js";
export { type Rmsprop, type RmspropOptions, rmsprop } from "./training/optimizers/rmsprop.js";
export { type Sgd, type SgdOptions, sgd } from "./training/optimizers/sgd.js";
export type { EarlyStopping } from "./training/options/early-stopping.js";
export type { BatchEvent, EpochEvent, FitOptions, FitSignal, History } from "./training/options/fit-options.js";
export type { Resume, ResumeChange } from "./training/options/resume.js";
export type { Truncate } from "./training/options/truncation.js";
export { type ConstantRate, constantRate } from "./training/schedules/constant-rate.js";
export { type CosineDecay, type CosineDecayOptions, cosineDecay } from "./training/schedules/cosine-decay.js";
export { type ExponentialDecay, exponentialDecay } from "./training/schedules/exponential-decay.js";
export { type OneCycle, type OneCycleOptions, oneCycle } from "./training/schedules/one-cycle.js";
export {
  type ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
} from "./training/schedules/reduce-on-plateau.js";
export type { Schedule } from "./training/schedules/schedule.js";
export { type StepDecay, type StepDecayOptions, stepDecay } from "./training/schedules/step-decay.js";
export { type WarmUp, type WarmUpOptions, warmUp } from "./training/schedules/warm-up.js";
export { type DataSize, type TrainingMemory, type TrainingSize, trainingMemory } from "./training/training-memory.js";
