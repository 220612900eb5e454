export { Arena, type Block, blockBytes, type Plan } from "./arena.js";
export {
  type HeadWeights,
  type LayerActivations,
  type LayerGradients,
  type LayerWeights,
  type OwnStates,
  type Panels,
  panelsOf,
  type Rows,
  type Shard,
  type StreamBuffers,
} from "./buffers.js";
export { kernelVersion } from "./generated/kernel-bytes.js";
export { headBackward, headForward, headGradient, packHead, packHeadBackward } from "./head.js";
export { compileKernel, type KernelModule, type KernelSource } from "./instantiate.js";
export { Kernel } from "./kernel.js";
export {
  gruBackward,
  gruForward,
  inputGradient,
  inputsOf,
  layOnes,
  packLayer,
  packLayerBackward,
  setState,
  statesOf,
} from "./layer.js";
export {
  CANDIDATE_ACTIVATIONS,
  type CandidateActivation,
  CELLS,
  type Cell,
  GATE_ACTIVATIONS,
  type GateActivation,
  type HeadLayout,
  type HeadShape,
  headLayout,
  type LayerLayout,
  type LayerShape,
  layerLayout,
  PANEL,
  remembered,
  SEGMENT,
} from "./layout.js";
export { type LossShape, loss, outputsPerTarget } from "./loss.js";
export { elementary, matmul, matmulGradient, packTransposed, packWeights } from "./matrix.js";
export {
  ACTIVE,
  CARRIED,
  clearIdle,
  type DropoutKey,
  dropout,
  type Flags,
  gather,
  layMasks,
  moveUnits,
  scatter,
} from "./moves.js";
export {
  type AdamStep,
  adam,
  addScaled,
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
export { randomWords } from "./random-words.js";
export { gruSteps, packSteps } from "./stream.js";
