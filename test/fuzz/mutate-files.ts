import { unzipSync, zipSync } from "fflate";
import { type Mutation, mutateBytes } from "./mutate-bytes.js";
import { mutateJson } from "./mutate-json.js";

const NUMBERS = [0n, 1n, 2n, 8n, 96n, 0xffn, 0xffffn, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const SIGNATURES = ["TREE", "SNOD", "HEAP", "GCOL"].map((name) => new TextEncoder().encode(name));

/** Overwrites numbers of an HDF5 file: with sizes, or with the addresses of its structures. */
export const mutateHdf5: Mutation = (bytes, random) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const used: number[] = [];
  const addresses = [96n];
  for (let at = 0; at + 8 <= copy.length; at += 8) {
    if (view.getBigUint64(at) !== 0n) used.push(at);
    if (SIGNATURES.some((name) => name.every((code, i) => copy[at + i] === code))) addresses.push(BigInt(at));
  }
  for (let i = random.below(3); i >= 0 && used.length > 0; i--) {
    const at = random.pick(used);
    const value = random.pick(random.below(2) ? addresses : NUMBERS);
    const size = random.pick([1, 2, 4, 8]);
    if (size === 8) view.setBigUint64(at, value, true);
    else if (size === 4) view.setUint32(at + 4 * random.below(2), Number(BigInt.asUintN(32, value)), true);
    else if (size === 2) view.setUint16(at + 2 * random.below(4), Number(BigInt.asUintN(16, value)), true);
    else copy[at + random.below(8)] = Number(BigInt.asUintN(8, value));
  }
  return copy;
};

/** Changes, removes or renames a file in a zip archive. */
export const mutateZip: Mutation = (bytes, random) => {
  const files: [string, Uint8Array][] = Object.entries(unzipSync(bytes));
  const at = random.below(files.length);
  const [name, content] = files[at]!;
  const inner: Mutation = name.endsWith(".h5") ? mutateHdf5 : name.endsWith(".json") ? mutateJson : mutateBytes;
  const choice = random.below(8);
  if (choice === 0) files.splice(at, 1);
  else if (choice === 1) files[at] = [random.pick(["constructor", "config.json", "arr_0.npy", "x"]), content];
  else files[at] = [name, inner(content, random)];
  return zipSync(Object.fromEntries(files), { level: 0, mtime: "1980-06-01T12:00:00" });
};

const CELLS = [
  "",
  "NaN",
  "1e999",
  "-",
  '"',
  '""',
  "1,5",
  "12:61",
  "9999999-01",
  "\0",
  "=1",
  "1".repeat(400),
  "\r",
  "\ufeff",
];

/** Changes cells, delimiters and lines of a CSV file. */
export const mutateCsv: Mutation = (bytes, random) => {
  const lines = new TextDecoder().decode(bytes).split("\n");
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(lines.length);
    const cells = lines[at]!.split(",");
    cells[random.below(cells.length)] = random.pick(CELLS);
    const choice = random.below(8);
    if (choice === 0) lines.splice(at, 1);
    else if (choice === 1) lines.splice(at, 0, lines[random.below(lines.length)] ?? "");
    else lines[at] = cells.join(random.pick([",", ",", ",", ";", "\t", "\r\n"]));
  }
  return new TextEncoder().encode(lines.join("\n"));
};
