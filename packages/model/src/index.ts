export type { Cell, KernelSource } from "@sluice/kernel-wasm";
export { kernelVersion } from "@sluice/kernel-wasm";
export type { Clip } from "./clip.js";
export type { GruConfig, Init } from "./config.js";
export { type Convention, defaultConvention } from "./conventions.js";
export { type Conversion, conversion } from "./conversion.js";
export { DivergedError } from "./errors.js";
export type { EpochEvent, FitOptions, History } from "./fit-options.js";
export {
  type BackwardResult,
  type ForwardResult,
  Gru,
  type KernelOptions,
  type StateOptions,
} from "./gru.js";
export type { Optimizer } from "./optimizer.js";
export { type Adam, type AdamOptions, type AdamW, adam, adamw } from "./optimizers/adam.js";
export { type Rmsprop, type RmspropOptions, rmsprop } from "./optimizers/rmsprop.js";
export { type Sgd, type SgdOptions, sgd } from "./optimizers/sgd.js";
export { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from "./safetensors.js";
export type { Sequences, StridedRows, TrainingData } from "./sequences.js";
export type { StateDict } from "./state-dict.js";
export type { Stream } from "./stream.js";
export { type Tensor, tensor } from "./tensor.js";
export { type DataSize, type TrainingMemory, type TrainingSize, trainingMemory } from "./training-memory.js";
