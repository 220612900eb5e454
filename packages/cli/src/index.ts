export { EXIT, type ExitCode } from "./errors/exit-codes.js";
export { sluice } from "./sluice.js";
export type { OutputStream, Terminal } from "./terminal/terminal.js";
