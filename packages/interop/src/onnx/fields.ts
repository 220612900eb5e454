import { PbfReader } from "pbf";
import { refuse } from "../refuse.js";

/** A field of a protobuf message; a repeated number comes as one field each, or packed in the bytes of one. */
export interface Field {
  readonly number: number;
  readonly integer: number;
  readonly float: number;
  readonly bytes: Uint8Array;
  integers(): readonly number[];
  floats(): readonly number[];
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * The fields of a message, one after the other. Every length is held against the bytes that are there, so that no number in
 * the file decides how long reading takes.
 * @throws RangeError for a field that ends beyond its message, or of an unknown kind.
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const reader = new PbfReader(bytes);
  while (reader.pos < bytes.length) {
    const number = whole(() => reader.nextField());
    let [integer, float, body] = [0, 0, NOTHING];
    if (reader.type === VARINT) integer = whole(() => reader.readVarint(true));
    else if (reader.type === FIXED32) float = whole(() => reader.readFloat());
    else if (reader.type === FIXED64) reader.pos += 8;
    else if (reader.type === BYTES) {
      const length = whole(() => reader.readVarint());
      if (length > bytes.length - reader.pos)
        refuse(`ONNX field ${number}`, `at most ${bytes.length - reader.pos} bytes (is the file whole?)`, length);
      body = bytes.subarray(reader.pos, reader.pos + length);
      reader.pos += length;
    } else refuse(`ONNX field ${number}`, "a kind of 0, 1, 2 or 5 (is this an ONNX file?)", reader.type);
    if (number === 0 || reader.pos > bytes.length)
      refuse(
        "ONNX",
        `a field that ends inside its message of ${bytes.length} bytes`,
        `field ${number} to ${reader.pos}`,
      );
    const packed = reader.type === BYTES;
    yield {
      number,
      integer,
      float,
      bytes: body,
      integers: () => (packed ? unpack(body, (r) => r.readVarint(true)) : [integer]),
      floats: () => (packed ? unpack(body, (r) => r.readFloat()) : [float]),
    };
  }
}

/** A number that pbf reads; it throws where the bytes end, or the number does not. */
function whole(read: () => number): number {
  try {
    return read();
  } catch (cause) {
    throw new RangeError("ONNX: expected a number of at most 10 bytes, got none; is the file whole?", { cause });
  }
}

function unpack(bytes: Uint8Array, next: (reader: PbfReader) => number): number[] {
  const reader = new PbfReader(bytes);
  const numbers: number[] = [];
  while (reader.pos < bytes.length) numbers.push(whole(() => next(reader)));
  return numbers;
}
