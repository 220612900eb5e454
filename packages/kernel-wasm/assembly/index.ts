export { expArray, logArray, sigmoidArray, tanhArray } from "./elementary";
export { dropoutUnits } from "./dropout";
export { gruBackward, gruForward, inputGradient } from "./gru";
export { gruSteps, packSteps } from "./gru-step";
export { headBackward, headForward, headGradient } from "./head";
export { loss } from "./loss";
export { matmulGradient, matmulPanel, packTransposed, packWeights } from "./matmul";
export { adam, addScaled, clampArray, firstNonFinite, penalize, rmsprop, scaleBlock, sgd, sumSquares } from "./optimize";
export { randomWords } from "./random";
export { clear, clearIdle, fillUnit, gatherPanels, layMasks, moveUnits, scatterPanels } from "./panels";

/** The first byte after the data of the module. The caller allocates the memory from here on. */
export function heapBase(): usize {
  return __heap_base;
}
