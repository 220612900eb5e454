import { readSafetensors } from "@sluice/model";

/**
 * The number of epochs that a checkpoint has completed.
 * @throws RangeError for bytes that are no checkpoint.
 */
export function checkpointEpochs(checkpoint: Uint8Array): number {
  const losses = readSafetensors(checkpoint).tensors["history.loss"];
  if (!losses) throw new RangeError(`checkpoint: expected a tensor "history.loss", got none`);
  return losses.data.length;
}
