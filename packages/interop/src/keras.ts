export type { KerasOptions } from "./keras/options.js";
export { readKeras } from "./keras/read.js";
export { writeKeras } from "./keras/write.js";
