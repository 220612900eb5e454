import type { Tensor } from "@sluice/model";
import { Dataset, File, Group } from "jsfive";
import { ModelFileError, unreadable, unsupported } from "../model-file-error.js";

/** Limit on reads of structure: a model of 20 bidirectional layers with its optimizer needs 5,000. */
const MAX_READS = 200_000;
const MAX_DEPTH = 12;

/** An array of f32, or the dtype of another one. */
export type Hdf5Array = Tensor | { readonly dtype: string };

/**
 * A file's bytes for jsfive, which limit the number of reads: trees that point to each other would otherwise be read
 * forever. jsfive reads names and signatures through `slice`; a tree node counts once for each of its entries.
 */
class LimitedBuffer extends ArrayBuffer {
  #remaining = MAX_READS;

  constructor(bytes: Uint8Array) {
    super(bytes.length);
    new Uint8Array(this).set(bytes);
  }

  override slice(begin = 0, end = this.byteLength): ArrayBuffer {
    const bytes = new Uint8Array(this, Math.min(begin, this.byteLength));
    const isTree = bytes[0] === 0x54 && bytes[1] === 0x52 && bytes[2] === 0x45 && bytes[3] === 0x45; // TREE
    this.#remaining -= 1 + (isTree ? bytes[6]! + 256 * bytes[7]! : 0);
    if (this.#remaining < 0) throw new RangeError("groups or trees without end");
    return Uint8Array.from(bytes.subarray(0, Math.max(0, end - begin))).buffer;
  }
}

/**
 * Reads the arrays of an HDF5 file by path. Arrays of other dtypes than f32, such as an optimizer's counters, are not read.
 * @throws ModelFileError for bytes that are not an HDF5 file that jsfive can read.
 */
export function readHdf5(bytes: Uint8Array): Map<string, Hdf5Array> {
  const arrays = new Map<string, Hdf5Array>();
  let total = 0;
  try {
    expectComplete(bytes);
    visit(new File(new LimitedBuffer(bytes), ""), "", 0);
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    // jsfive throws errors of all kinds on damaged files
    const reason = cause instanceof Error ? cause.message : cause;
    unreadable(
      "HDF5",
      "the weights of a Keras model (.weights.h5)",
      `a file that cannot be read (${reason}); is it complete?`,
      cause,
    );
  }
  return arrays;

  function visit(group: Group, path: string, depth: number): void {
    if (depth > MAX_DEPTH) unreadable("HDF5", `groups nested at most ${MAX_DEPTH} deep`, "more");
    for (const name of group.keys) {
      const member = group.get(name);
      if (member instanceof Group) visit(member, `${path}${name}/`, depth + 1);
      else if (member instanceof Dataset) arrays.set(`${path}${name}`, readArray(`${path}${name}`, member));
    }
  }

  function readArray(path: string, dataset: Dataset): Hdf5Array {
    const { shape } = dataset;
    const dtype = String(dataset.dtype);
    if (dtype !== "<f4") return { dtype };
    if (dataset._dataobjects.chunks !== null)
      unsupported(`HDF5 ${path}`, "a contiguous array, as Keras writes it", "chunks");
    const size = shape.reduce((product, n) => product * n, 1);
    total += size * 4;
    if (!(total <= bytes.length))
      unreadable(`HDF5 ${path} [${shape.join(", ")}]`, `at most ${bytes.length} bytes of arrays`, total);
    const { value } = dataset;
    if (value.length !== size) unreadable(`HDF5 ${path}`, `${size} numbers`, value.length);
    return { data: Float32Array.from(value as ArrayLike<number>), shape: [...shape] };
  }
}

/** Compares the file's length with that in its superblock: at byte 40 in versions 0 and 1, at byte 28 in later ones. */
function expectComplete(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Number(view.getBigUint64(view.getUint8(8) < 2 ? 40 : 28, true));
  if (end > bytes.length) unreadable("HDF5", `${end} bytes`, `${bytes.length}; is the file complete?`);
}
