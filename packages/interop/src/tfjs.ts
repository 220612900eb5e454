export { readTfjs } from "./tfjs/read.js";
export { type WriteTfjsOptions, writeTfjs } from "./tfjs/write.js";
