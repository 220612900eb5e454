export { checkExample, type Example } from "./example.js";
export { type Imported, toGru } from "./imported.js";
export type { Network } from "./network.js";
