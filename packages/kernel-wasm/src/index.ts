export { Arena, type Block, type Plan } from "./arena.js";
export { kernelVersion } from "./generated/kernel-bytes.js";
export { compileKernel, type KernelSource } from "./instantiate.js";
export {
  type GruBuffers,
  type GruGradients,
  Kernel,
  panelsOf,
  type Rectangle,
  type Rows,
  type Shard,
  type StreamBuffers,
} from "./kernel.js";
export { type Cell, type GruLayout, type GruShape, gruLayout, PANEL, SEGMENT } from "./layout.js";
