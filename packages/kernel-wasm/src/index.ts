export { Arena, type Block, type Plan } from "./arena.js";
export { kernelVersion } from "./generated/kernel-bytes.js";
export { type KernelSource, compileKernel } from "./instantiate.js";
export {
  type GruBuffers,
  type GruGradients,
  Kernel,
  type Rectangle,
  type Rows,
  type Shard,
  type StreamBuffers,
  panelsOf,
} from "./kernel.js";
export { type Cell, type GruLayout, type GruShape, PANEL, SEGMENT, gruLayout } from "./layout.js";
