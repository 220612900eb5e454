export { exp } from "./exp.js";
export { log } from "./log.js";
export { type Counter, philox4x32 } from "./philox.js";
export { power } from "./power.js";
export { Random, type WordSource } from "./random.js";
export { cos, sin } from "./trigonometry.js";
