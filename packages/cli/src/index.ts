export { EXIT, type ExitCode } from "./exit-codes.js";
export { sluice } from "./sluice.js";
export type { Terminal } from "./terminal.js";
