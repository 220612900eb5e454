/** NumPy arrays (npy) and archives of them (npz). https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import type { Tensor } from "@sluice/model";
import { unreadable, unsupported } from "../model-file-error.js";
import { zip } from "./zip.js";

const MAGIC = "\x93NUMPY";

/**
 * Reads the arrays of an npz archive, in order.
 * @throws ModelFileError for an array that is incomplete, or not f32 in C order.
 */
export function readNpz(files: Readonly<Record<string, Uint8Array>>): Map<string, Tensor> {
  const arrays = Object.entries(files).filter(([name]) => name.endsWith(".npy"));
  return new Map(arrays.map(([name, array]) => [name.slice(0, -4), readNpy(name, array)]));
}

/** Writes an archive for `numpy.load`; its `files` have the given order. */
export function writeNpz(tensors: readonly (readonly [string, Tensor])[]): Uint8Array {
  return zip(Object.fromEntries(tensors.map(([name, tensor]) => [`${name}.npy`, writeNpy(tensor)])));
}

function readNpy(name: string, bytes: Uint8Array): Tensor {
  const latin = (from: number, to: number) =>
    Array.from(bytes.subarray(from, Math.min(to, from + 4096)), (byte) => String.fromCharCode(byte)).join("");
  if (latin(0, 6) !== MAGIC || bytes.length < 12)
    unreadable(name, "a NumPy array", `${bytes.length} bytes of another kind`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! > 1;
  const begin = wide ? 12 : 10;
  const end = begin + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = latin(begin, end);
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const sizes = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (descr !== "<f4") unsupported(name, "dtype <f4 (float32)", descr ?? "an array of objects");
  if (order !== "False") unsupported(name, "an array in C order (np.ascontiguousarray)", "Fortran order");
  if (sizes === undefined) unreadable(name, "a shape", header.slice(0, 80));
  const shape = sizes.split(",").flatMap((size) => (size.trim() ? [Number(size)] : []));
  const size = shape.reduce((product, n) => product * n, 4);
  if (bytes.length - end !== size) unreadable(name, `${size} bytes for [${shape.join(", ")}]`, bytes.length - end);
  return { data: new Float32Array(Uint8Array.from(bytes.subarray(end)).buffer), shape };
}

function writeNpy({ data, shape }: Tensor): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const begin = Math.ceil((10 + header.length + 1) / 64) * 64;
  const text = `${MAGIC}\x01\x00..${`${header}`.padEnd(begin - 11)}\n`;
  const bytes = new Uint8Array(begin + data.byteLength);
  for (let i = 0; i < begin; i++) bytes[i] = text.charCodeAt(i);
  new DataView(bytes.buffer).setUint16(8, begin - 10, true);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), begin);
  return bytes;
}
