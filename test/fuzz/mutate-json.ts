import { joined, type Mutation } from "./mutate-bytes.js";
import type { Random } from "./random.js";

const DEEP = "a deeply nested array";
const DEPTH = 20_000;
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e9,
  2 ** 53,
  1e308,
  "",
  "text",
  "\u001b[2J",
  [],
  {},
  [null],
  { length: 1e9 },
  DEEP,
];
const KEYS = ["__proto__", "constructor", "length", "toString", ""];

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const encode = (text: string) => new TextEncoder().encode(text);
const encodeJson = (value: unknown) =>
  encode(JSON.stringify(value).replace(`"${DEEP}"`, () => "[".repeat(DEPTH) + "]".repeat(DEPTH)));

/** Changes a value or a key somewhere in JSON. */
export const mutateJson: Mutation = (bytes, random) => encodeJson(changed(JSON.parse(decode(bytes)), random));

function changed(value: unknown, random: Random): unknown {
  const isParent = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isParent || random.below(12) === 0) return changedLeaf(value, random);
  if (Array.isArray(value)) {
    const at = random.below(value.length);
    if (random.below(6) === 0) return random.below(2) ? value.toSpliced(at, 1) : [...value, value[at]];
    return value.with(at, changed(value[at], random));
  }
  const entries: [string, unknown][] = Object.entries(value);
  const at = random.below(entries.length);
  const [key, inner] = entries[at]!;
  if (random.below(6) === 0) {
    if (random.below(2)) entries.splice(at, 1);
    else entries.push([random.pick(KEYS), random.pick(VALUES)]);
  } else entries[at] = [key, changed(inner, random)];
  return Object.fromEntries(entries); // defines __proto__ as a key of its own
}

function changedLeaf(value: unknown, random: Random): unknown {
  if (typeof value === "number" && random.below(2)) return random.pick([value + 1, -value, value * 1e6, value / 3]);
  // text that holds JSON again, such as metadata
  if (typeof value === "string" && /^[{[]/.test(value) && random.below(4)) {
    try {
      return decode(encodeJson(changed(JSON.parse(value), random)));
    } catch {
      return value.slice(0, random.below(value.length));
    }
  }
  return random.pick(VALUES);
}

/** Changes one line of JSON, or the order of the lines. */
export const mutateJsonLines: Mutation = (bytes, random) => {
  const lines = decode(bytes).trimEnd().split("\n");
  const at = random.below(lines.length);
  if (random.below(4) === 0) lines.splice(at, 1, ...(random.below(2) ? [] : [lines[at]!, lines[at]!]));
  else lines[at] = decode(mutateJson(encode(lines[at]!), random));
  return encode(`${lines.join("\n")}\n`);
};

/** Changes the JSON header of a safetensors file, with its right length before it. */
export const mutateSafetensors: Mutation = (bytes, random) => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = mutateJson(bytes.subarray(8, 8 + length), random);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setUint32(0, header.length, true);
  return joined(size, header, bytes.subarray(8 + length));
};
