import { isObject, show } from "@sluice/kernel-wasm/checks";
import { FormatError } from "../errors/format-error.js";
import { sizeOf } from "../tensors/tensor.js";

/**
 * The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes without gaps.
 * Numbers are little-endian, as are WebAssembly and every engine that runs it.
 * https://huggingface.co/docs/safetensors
 */

/** A tensor of a file, f32 or f64. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export interface SafetensorsFile {
  readonly tensors: Record<string, StoredTensor>;
  readonly metadata: Record<string, string>;
}

/** The format's own limit on its header. */
const MAX_HEADER = 100_000_000;
const DTYPES = { F32: 4, F64: 8 } as const;

const dtypeOf = (data: Float32Array | Float64Array) => (data instanceof Float64Array ? "F64" : "F32");

/** Encodes a file. Tensors are sorted by name, f64 before f32, so that all are aligned. */
export function writeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const names = Object.keys(tensors).sort();
  const ordered = [
    ...names.filter((name) => dtypeOf(tensors[name]!.data) === "F64"),
    ...names.filter((name) => dtypeOf(tensors[name]!.data) === "F32"),
  ];
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const name of ordered) {
    const { shape, data } = tensors[name]!;
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 0, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, 8);
  let at = 8 + padded;
  for (const name of ordered) {
    const { data } = tensors[name]!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function throwFormatError(expected: string, got: unknown): never {
  throw new FormatError("safetensors", `expected ${expected}, got ${got}`);
}

/**
 * Reads a file of f32 and f64 tensors. All sizes are checked before anything is allocated.
 * @throws FormatError for anything that the format does not allow: a length beyond the file, a header that is not a
 * JSON object, an unknown dtype, a shape that does not match its offsets, gaps, overlaps or excess bytes.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8) throwFormatError("at least 8 bytes", bytes.length);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER || length > bytes.length - 8)
    throwFormatError(`a header of at most ${bytes.length - 8} bytes`, length);
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const body = bytes.subarray(8 + length);

  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const checked = entries
    .map(([name, entry]) => checkEntry(name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const { name, begin, end: next } of checked) {
    if (begin !== end) throwFormatError(`tensor ${name} to begin at byte ${end}`, begin);
    end = next;
  }
  if (end !== body.length) throwFormatError(`${end} bytes of tensors`, body.length);

  const tensors: Record<string, StoredTensor> = {};
  for (const { name, begin, end: stop, dtype, shape } of checked) {
    const copy = Uint8Array.from(body.subarray(begin, stop)).buffer; // `slice` of a Node.js Buffer shares its memory
    tensors[name] = { shape, data: dtype === "F64" ? new Float64Array(copy) : new Float32Array(copy) };
  }
  return { tensors, metadata: checkMetadata(header["__metadata__"]) };
}

/** The JSON object under `sluice` in the metadata of a file; an empty object if there is none. */
export function sluiceHeader(metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(metadata["sluice"] ?? "{}");
    return isObject(header) ? header : {};
  } catch {
    return {};
  }
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const problem = "expected a JSON header, got text that is not JSON; is this a safetensors file?";
    throw new FormatError("safetensors", problem, { cause });
  }
  if (!isObject(header)) throwFormatError("a JSON object as header", typeof header);
  return header;
}

function checkMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isObject(metadata) || !Object.values(metadata).every((v) => typeof v === "string"))
    throwFormatError("__metadata__ with strings", show(metadata));
  return metadata as Record<string, string>;
}

function checkEntry(name: string, entry: unknown) {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const natural = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (name === "__proto__") throwFormatError("a tensor of another name", name); // it would set the prototype of the result
  if (dtype !== "F32" && dtype !== "F64") throwFormatError(`tensor ${name} of dtype F32 or F64`, show(dtype));
  if (!Array.isArray(shape) || !shape.every(natural))
    throwFormatError(`tensor ${name} with a shape of integers`, show(shape));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(natural)) {
    throwFormatError(`tensor ${name} with two offsets`, show(offsets));
  }
  const [begin, end] = offsets as [number, number];
  const size = DTYPES[dtype] * sizeOf(shape as number[]);
  if (end - begin !== size) throwFormatError(`tensor ${name} of ${size} bytes`, end - begin);
  return { name, dtype, shape: shape as number[], begin, end };
}
