import { FormatError, readSafetensors, type SafetensorsFile } from "@sluice/model";

/**
 * Reads a safetensors file.
 * @param file the name of the file, for the message
 * @throws FormatError for bytes that are not such a file.
 */
export function readTensors(file: string, bytes: Uint8Array): SafetensorsFile {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw new FormatError(file, (cause as Error).message, { cause });
  }
}
