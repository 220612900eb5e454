/** The engine has no WebAssembly memory for another kernel, or for a larger one. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
}
