import { joined, type Mutation, mutateBytes } from "./mutate-bytes.js";
import type { Random } from "./random.js";

interface Field {
  readonly key: bigint;
  /** The encoded number, or the content of a field of wire type 2. */
  readonly body: Uint8Array;
}

const BYTES = 2n;
const NUMBERS = [0n, 1n, 2n, 7n, 127n, 128n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** Changes, removes, repeats or moves a field somewhere in a protobuf message; the lengths around it stay right. */
export const mutateProtobuf: Mutation = (bytes, random) => {
  const fields = parse(bytes);
  if (!fields || fields.length === 0) return mutateBytes(bytes, random);
  const at = random.below(fields.length);
  const field = fields[at]!;
  const other = random.below(fields.length);
  switch (random.below(8)) {
    case 0:
      return encode(fields.toSpliced(at, 1));
    case 1:
      return encode(fields.toSpliced(other, 0, field));
    case 2:
      return encode(fields.with(at, { ...field, body: fields[other]!.body }));
    case 3:
      return encode(fields.with(at, { ...field, key: field.key + BigInt(random.pick([-8, 8, 16, 1])) }));
    default:
      return encode(fields.with(at, { ...field, body: changedBody(field, random) }));
  }
};

const changedBody = ({ key, body }: Field, random: Random) =>
  (key & 7n) === BYTES ? mutateProtobuf(body, random) : varint(random.pick(NUMBERS));

const encode = (fields: readonly Field[]) =>
  joined(
    ...fields.flatMap(({ key, body }) => [
      varint(key),
      ...((key & 7n) === BYTES ? [varint(BigInt(body.length))] : []),
      body,
    ]),
  );

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

/** The fields of a message; undefined for bytes that are none. */
function parse(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const key = readVarint(bytes, at);
    if (!key || key.value < 8n) return undefined;
    const wire = Number(key.value & 7n);
    const number = wire === 0 || wire === 2 ? readVarint(bytes, key.end) : undefined;
    const sizes: Record<number, number | undefined> = { 1: 8, 5: 4, 2: number && Number(number.value) };
    const begin = wire === 2 && number ? number.end : key.end;
    const end = wire === 0 && number ? number.end : begin + (sizes[wire] ?? Number.NaN);
    if (!(end <= bytes.length)) return undefined;
    fields.push({ key: key.value, body: bytes.subarray(begin, end) });
    at = end;
  }
  return fields;
}

function readVarint(bytes: Uint8Array, begin: number): { value: bigint; end: number } | undefined {
  let value = 0n;
  for (let i = 0; i < 10 && begin + i < bytes.length; i++) {
    const byte = bytes[begin + i]!;
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return { value, end: begin + i + 1 };
  }
  return undefined;
}
