/** A checkpoint was made with another network, other options or other data than those given with it. */
export class CheckpointMismatchError extends Error {
  override readonly name = "CheckpointMismatchError";
}
