import type { Random } from "./random.js";

export type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** Changes bytes, cuts the end off, removes, inserts or repeats a part, or keeps only the start before random bytes. */
export const mutateBytes: Mutation = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(64, bytes.length - at + 1));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(8)) {
    case 0:
      return before.slice();
    case 1:
      return joined(before, after.subarray(length));
    case 2:
      return joined(before, random.bytes(random.below(32)), after);
    case 3:
      return joined(before, after.subarray(0, length), after);
    case 4:
      return joined(before.subarray(0, 64), random.bytes(random.below(400)));
    default: {
      const copy = bytes.slice();
      for (let i = random.below(6); i >= 0 && copy.length > 0; i--)
        copy[random.below(copy.length)] = random.below(2) ? random.pick(BYTES) : random.below(256);
      return copy;
    }
  }
};

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
