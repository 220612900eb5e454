import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { FormatError, readSafetensors, type SafetensorsFile, writeSafetensors } from "@sluice/model";

/** The key in the metadata of a sealed file: the SHA-256 of everything else that the file holds. */
const SEAL = "sha256";

/** Adds to a safetensors file the SHA-256 of its content, so that `readSealed` notices any change. */
export function seal(bytes: Uint8Array): Uint8Array {
  return sealFile(readSafetensors(bytes));
}

/** Encodes a safetensors file with the SHA-256 of its content. */
export function sealFile({ tensors, metadata }: SafetensorsFile): Uint8Array {
  return writeSafetensors({ tensors, metadata: { ...metadata, [SEAL]: contentHash({ tensors, metadata }) } });
}

/**
 * Reads a sealed file.
 * @param file the name of the file, for the message
 * @throws FormatError for bytes that are not a safetensors file, without a seal, or changed since they were sealed.
 */
export function readSealed(file: string, bytes: Uint8Array): SafetensorsFile {
  const { tensors, metadata } = readTensors(file, bytes);
  const { [SEAL]: expected, ...rest } = metadata;
  if (expected === undefined) {
    throw new FormatError(file, `expected a file that Sluice's pipeline wrote, got one without its "${SEAL}"`);
  }
  const got = contentHash({ tensors, metadata: rest });
  if (got === expected) return { tensors, metadata: rest };
  throw new FormatError(
    file,
    `damaged: its content has SHA-256 ${short(got)}, not ${short(expected)} as when it was written; restore it from a copy`,
  );
}

const short = (hash: string) => `${hash.slice(0, 12)}…`;

function readTensors(file: string, bytes: Uint8Array): SafetensorsFile {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError(file, cause.message, { cause });
  }
}

/** Over the metadata, then the tensors with dtype, shape and bytes, each sorted by name. */
function contentHash({ tensors, metadata }: SafetensorsFile): string {
  const hash = sha256.create();
  const add = (value: unknown) => hash.update(utf8ToBytes(`${JSON.stringify(value)}\n`));
  for (const key of Object.keys(metadata).sort()) add([key, metadata[key]]);
  for (const name of Object.keys(tensors).sort()) {
    const { shape, data } = tensors[name]!;
    add([name, data.BYTES_PER_ELEMENT, shape]);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return bytesToHex(hash.digest());
}
