import type { Tensor } from "@sluice/model";
import { Dataset, File, Group } from "jsfive";

/** Reads of structure that a sound file stays far under: a model of 20 bidirectional layers with its optimizer takes 5,000. */
const MOST_READS = 200_000;
const MOST_GROUPS_DEEP = 12;

/**
 * A file's bytes as jsfive reads them, counting what it asks for: a file whose trees point at each other would be read without
 * end otherwise. Names and signatures are read through `slice`; a node of a tree counts for each of its entries.
 */
class CountedBuffer extends ArrayBuffer {
  #left = MOST_READS;

  constructor(bytes: Uint8Array) {
    super(bytes.length);
    new Uint8Array(this).set(bytes);
  }

  override slice(begin = 0, end = this.byteLength): ArrayBuffer {
    const bytes = new Uint8Array(this, Math.min(begin, this.byteLength));
    const isTree = bytes[0] === 0x54 && bytes[1] === 0x52 && bytes[2] === 0x45 && bytes[3] === 0x45; // TREE
    this.#left -= 1 + (isTree ? bytes[6]! + 256 * bytes[7]! : 0);
    if (this.#left < 0) throw new RangeError("groups or trees without end");
    return Uint8Array.from(bytes.subarray(0, Math.max(0, end - begin))).buffer;
  }
}

/**
 * The f32 arrays of an HDF5 file by their paths; others, as counters of an optimizer, by path with no tensor.
 * @throws RangeError for bytes that are no HDF5 file that jsfive reads.
 */
export function readHdf5(bytes: Uint8Array): Map<string, Tensor | { readonly dtype: string }> {
  const arrays = new Map<string, Tensor | { readonly dtype: string }>();
  let total = 0;
  try {
    expectWhole(bytes);
    visit(new File(new CountedBuffer(bytes), ""), "", 0);
  } catch (cause) {
    if (cause instanceof Hdf5Refusal) throw new RangeError(cause.message);
    throw new RangeError(
      `HDF5: expected the weights of a Keras model (.weights.h5), got a file that cannot be read (${cause instanceof Error ? cause.message : cause}); is it whole?`,
      { cause },
    );
  }
  return arrays;

  function visit(group: Group, path: string, depth: number): void {
    if (depth > MOST_GROUPS_DEEP)
      throw new Hdf5Refusal(`HDF5: expected at most ${MOST_GROUPS_DEEP} groups, one in the other`);
    for (const name of group.keys) {
      const found = group.get(name);
      if (found instanceof Group) visit(found, `${path}${name}/`, depth + 1);
      else if (found instanceof Dataset) arrays.set(`${path}${name}`, readArray(`${path}${name}`, found));
    }
  }

  function readArray(path: string, dataset: Dataset): Tensor | { readonly dtype: string } {
    const { shape } = dataset;
    const dtype = String(dataset.dtype);
    if (dtype !== "<f4") return { dtype };
    const size = shape.reduce((product, n) => product * n, 1);
    if (dataset._dataobjects.chunks !== null)
      throw new Hdf5Refusal(`HDF5 ${path}: expected an array in one piece, as Keras writes it, got chunks`);
    total += size * 4;
    if (!(total <= bytes.length))
      throw new Hdf5Refusal(
        `HDF5 ${path} [${shape.join(", ")}]: expected at most ${bytes.length} bytes of arrays, got ${total}`,
      );
    const { value } = dataset;
    if (value.length !== size) throw new Hdf5Refusal(`HDF5 ${path}: expected ${size} numbers, got ${value.length}`);
    return { data: Float32Array.from(value as ArrayLike<number>), shape: [...shape] };
  }
}

/** A file's superblock says where it ends: at byte 40 in the versions 0 and 1, at 28 in later ones. */
function expectWhole(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Number(view.getBigUint64(view.getUint8(8) < 2 ? 40 : 28, true));
  if (end > bytes.length)
    throw new Hdf5Refusal(`HDF5: expected ${end} bytes, got ${bytes.length}; is the file whole?`);
}

class Hdf5Refusal extends Error {}
