// imported first, so that bundles begin with the kernel: gzip finds repetitions only within 32 KB
import { kernelVersion } from "./generated/kernel-bytes.js";

export { Arena, type Block, blockBytes, type Plan } from "./arena.js";
export type {
  HeadWeights,
  LayerActivations,
  LayerGradients,
  LayerWeights,
  Rows,
  SeparateStates,
  Shard,
  StreamBuffers,
} from "./buffers.js";
export { headBackward, headForward, headGradient, packHead, packHeadBackward } from "./head.js";
export { compileKernel, type KernelModule, type KernelSource } from "./instantiate.js";
export { Kernel } from "./kernel.js";
export {
  gruBackward,
  gruForward,
  inputGradient,
  inputsOf,
  packLayer,
  packLayerBackward,
  setState,
  statesAfter,
  statesBefore,
  writeOnes,
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
  memoize,
  PANEL,
  SEGMENT,
} from "./layout.js";
export { type LossShape, loss, outputsPerTarget } from "./loss.js";
export { elementary, matmul, matmulGradient, packTransposed, packWeights } from "./matrix.js";
export {
  ACTIVE,
  CARRIED,
  clearMasked,
  type DropoutKey,
  dropout,
  type Flags,
  gather,
  moveUnits,
  scatter,
  writeMasks,
} from "./moves.js";
export {
  type AdamStep,
  adam,
  addScaled,
  clamp,
  firstNonFinite,
  type OptimizedBlocks,
  penalize,
  type Rectangle,
  type RmspropStep,
  rmsprop,
  type SgdStep,
  scale,
  sgd,
  sumSquares,
  wholeBlock,
} from "./optimize.js";
export { OutOfMemoryError } from "./out-of-memory-error.js";
export { fillOnes, type Panels, panelCount, panelsIn, stepsFrom, unitsFrom } from "./panels.js";
export type { Pointer } from "./pointer.js";
export { randomWords } from "./random-words.js";
export { gruSteps, packSteps, type StreamLayer } from "./stream.js";
export { kernelVersion };
