/** Values that a transform cannot be fitted on or applied to: equal values to scale, a logarithm of a negative value. */
export class TransformError extends RangeError {
  override readonly name = "TransformError";
}
