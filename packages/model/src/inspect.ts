export {
  type CheckOptions,
  checkGradients,
  type GradientCheck,
  type TensorCheck,
} from "./inspect/check-gradients.js";
export { type DiagnoseData, type Diagnosis, diagnose, type Finding } from "./inspect/diagnose.js";
export { type GradientNorms, gradientNorms } from "./inspect/gradient-norms.js";
export { type Summary, type SummaryLayer, type SummaryTensor, summary } from "./inspect/summary.js";
export { type TraceOptions, type TraceTrack, trace } from "./inspect/trace.js";
