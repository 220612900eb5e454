import { FormatError } from "@sluice/model";
import { readTensors } from "../formats/read-tensors.js";

/**
 * The number of epochs that a checkpoint has completed.
 * @param file the name of the file, for messages
 * @throws FormatError for bytes that are not a checkpoint.
 */
export function checkpointEpochs(checkpoint: Uint8Array, file = "checkpoint"): number {
  const losses = readTensors(file, checkpoint).tensors["history.loss"];
  if (!losses) throw new FormatError(file, `expected a checkpoint, got a file without the tensor "history.loss"`);
  return losses.data.length;
}
