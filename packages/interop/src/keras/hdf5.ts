import type { Tensor } from "@sluice/model";
import { type DataObjects, Dataset, File, Group } from "jsfive";
import { ModelFileError, unreadable, unsupported } from "../model-file-error.js";

/** Limit on reads of structure: a model of 20 bidirectional layers with its optimizer needs 5,000. */
const MAX_READS = 50_000;
const MAX_DEPTH = 12;
/** The type of an attribute's message in an object header. */
const ATTRIBUTE = 0x0c;

/** An array of f32, or the dtype of another one. */
export type Hdf5Array = Tensor | { readonly dtype: string };

export interface Hdf5File {
  /** By path, without a leading slash. */
  readonly arrays: ReadonlyMap<string, Hdf5Array>;
  /** The texts of an attribute of a group; undefined if there is no such group or attribute. The root's path is empty. */
  texts(path: string, name: string): readonly string[] | undefined;
}

/**
 * A file's bytes for jsfive, which limit the number of reads: trees that point to each other would otherwise be read
 * forever. jsfive reads names and signatures through `slice`; a tree node counts once for each of its entries.
 */
class LimitedBuffer extends ArrayBuffer {
  #remaining = MAX_READS;

  constructor(bytes: Uint8Array) {
    super(bytes.length);
    const copy = new Uint8Array(this);
    copy.set(bytes);
    // jsfive does not know superblocks of version 1, which have four more bytes at 24 than version 0
    if (copy[8] === 1) {
      copy.copyWithin(24, 28, 100);
      copy[8] = 0;
    }
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
export function readHdf5(bytes: Uint8Array): Hdf5File {
  const arrays = new Map<string, Hdf5Array>();
  const groups = new Map<string, Group>();
  let total = 0;
  /** The bytes of text that attributes may still have. */
  let remainingText = 4 * bytes.length;
  orUnreadable(() => {
    expectComplete(bytes);
    visit(new File(new LimitedBuffer(bytes), ""), "", 0);
  });
  return { arrays, texts };

  function visit(group: Group, path: string, depth: number): void {
    if (depth > MAX_DEPTH) unreadable("HDF5", `groups nested at most ${MAX_DEPTH} deep`, "more");
    groups.set(path, group);
    for (const name of group.keys) {
      const member = group.get(name);
      const own = path === "" ? name : `${path}/${name}`;
      if (member instanceof Group) visit(member, own, depth + 1);
      else if (member instanceof Dataset) arrays.set(own, readArray(own, member));
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

  function texts(path: string, name: string): readonly string[] | undefined {
    const objects = groups.get(path)?._dataobjects;
    if (!objects) return undefined;
    return orUnreadable(() => {
      const message = objects
        .find_msg_type(ATTRIBUTE)
        .find((found) => attributeName(bytes, found.get("offset_to_message")) === name);
      if (!message) return undefined;
      const [, value] = limited(objects).unpack_attribute(message.get("offset_to_message"));
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      const isText = (all: readonly unknown[]): all is readonly string[] =>
        all.every((text) => typeof text === "string");
      if (!isText(values)) return unreadable(`HDF5 ${path}: ${name}`, "text", "other values");
      return values.map((text) => text.replace(/\0+$/, ""));
    });
  }

  /** Limits the texts that jsfive decodes: it decodes one of the heap for each reference to it. */
  function limited(objects: DataObjects): DataObjects {
    const find = objects._vlen_size_and_data;
    return Object.assign(objects, {
      _vlen_size_and_data(buffer: ArrayBuffer, offset: number) {
        const found = find.call(objects, buffer, offset);
        remainingText -= found[1].byteLength;
        if (remainingText < 0) unreadable("HDF5 attributes", `at most ${4 * bytes.length} bytes of text`, "more");
        return found;
      },
    });
  }
}

/** Reads the name in an attribute's message of version 1 or 3: its size is at byte 2, the name at byte 8 or 9. */
function attributeName(bytes: Uint8Array, at: number): string {
  const begin = at + (bytes[at] === 3 ? 9 : 8);
  const size = (bytes[at + 2] ?? 0) + 256 * (bytes[at + 3] ?? 0);
  return new TextDecoder().decode(bytes.subarray(begin, begin + size)).replace(/\0+$/, "");
}

/** Calls jsfive, which throws errors of all kinds, and strings, on damaged files. */
function orUnreadable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    const reason = cause instanceof Error ? cause.message : cause;
    return unreadable(
      "HDF5",
      "the weights of a Keras model",
      `a file that cannot be read (${reason}); is it complete?`,
      cause,
    );
  }
}

/** Compares the file's length with that in its superblock: at byte 40 in version 0, 44 in version 1, 28 in later ones. */
function expectComplete(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(8);
  const end = Number(view.getBigUint64(version === 0 ? 40 : version === 1 ? 44 : 28, true));
  if (end > bytes.length) unreadable("HDF5", `${end} bytes`, `${bytes.length}; is the file complete?`);
}
