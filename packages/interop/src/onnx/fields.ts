import { PbfReader } from "pbf";
import { unreadable } from "../model-file-error.js";

/** A field of a protobuf message. Repeated numbers are separate fields, or packed in the bytes of one. */
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
const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * Reads the fields of a message in order. Lengths are checked against the number of bytes, so that the reading time is
 * bounded by the size of the file.
 * @throws ModelFileError for a field that ends beyond its message, or of an unknown wire type.
 */
export function* readFields(bytes: Uint8Array): Generator<Field> {
  const reader = new PbfReader(bytes);
  while (reader.pos < bytes.length) {
    const number = readNumber(() => reader.nextField());
    let [integer, float, body] = [0, 0, EMPTY];
    if (reader.type === VARINT) integer = readNumber(() => reader.readVarint(true));
    else if (reader.type === FIXED32) float = readNumber(() => reader.readFloat());
    else if (reader.type === FIXED64) reader.pos += 8;
    else if (reader.type === BYTES) {
      const length = readNumber(() => reader.readVarint());
      if (length > bytes.length - reader.pos)
        unreadable(
          `ONNX field ${number}`,
          `at most ${bytes.length - reader.pos} bytes (is the file complete?)`,
          length,
        );
      body = bytes.subarray(reader.pos, reader.pos + length);
      reader.pos += length;
    } else unreadable(`ONNX field ${number}`, "a wire type of 0, 1, 2 or 5 (is this an ONNX file?)", reader.type);
    if (number === 0 || reader.pos > bytes.length)
      unreadable(
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

/** Reads a number with pbf, which throws at the end of the bytes and for a number that is too long. */
function readNumber(read: () => number): number {
  try {
    return read();
  } catch (cause) {
    return unreadable("ONNX", "a number of at most 10 bytes", "none; is the file complete?", cause);
  }
}

function unpack(bytes: Uint8Array, next: (reader: PbfReader) => number): number[] {
  const reader = new PbfReader(bytes);
  const numbers: number[] = [];
  while (reader.pos < bytes.length) numbers.push(readNumber(() => next(reader)));
  return numbers;
}
