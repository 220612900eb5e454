export { Arena, type Block, blockBytes, type Plan } from "./arena.js";
export {
  type GruBuffers,
  type GruGradients,
  panelsOf,
  type Rows,
  type Shard,
  type StreamBuffers,
} from "./buffers.js";
export { kernelVersion } from "./generated/kernel-bytes.js";
export {
  gatherInputs,
  gruBackward,
  gruForward,
  gruSteps,
  headForward,
  mse,
  packBackward,
  packForward,
  packSteps,
  scatter,
  setState,
} from "./gru.js";
export { compileKernel, type KernelSource } from "./instantiate.js";
export { Kernel } from "./kernel.js";
export { type Cell, type GruLayout, type GruShape, gruLayout, PANEL, SEGMENT } from "./layout.js";
export { elementary, matmul, matmulGradient, packTransposed, packWeights } from "./matrix.js";
export {
  type AdamStep,
  adam,
  addInto,
  clamp,
  firstNonFinite,
  penalize,
  type Rectangle,
  type RmspropStep,
  rmsprop,
  type SgdStep,
  scale,
  sgd,
  sumSquares,
} from "./optimize.js";
