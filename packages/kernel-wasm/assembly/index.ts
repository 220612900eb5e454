export { expArray, logArray, sigmoidArray, tanhArray } from "./elementary";
export { gruBackward, gruForward } from "./gru";
export { gruSteps, packSteps } from "./gru-step";
export { headForward } from "./head";
export { mse } from "./loss";
export { matmulGradient, matmulPanel, packTransposed, packWeights } from "./matmul";
export { adam, addInto, clampArray, firstNonFinite, penalize, rmsprop, scaleBlock, sgd, sumSquares } from "./optimize";
export { fillUnit, gatherPanels, scatterPanels } from "./panels";

/** The first byte that the caller may use: everything from here on is laid out by it. */
export function heapBase(): usize {
  return __heap_base;
}
