export { checkExample, type Example } from "./example.js";
export { type Imported, toGru } from "./imported.js";
export { ModelFileError } from "./model-file-error.js";
export type { Network } from "./network.js";
