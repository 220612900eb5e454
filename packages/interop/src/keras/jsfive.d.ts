/** The part of jsfive that the reader uses; the package has no types. */
declare module "jsfive" {
  export interface DataObjects {
    /** null for a contiguous array. */
    readonly chunks: readonly number[] | null;
    find_msg_type(type: number): readonly { get(field: "offset_to_message"): number }[];
    /** A text of the heap, by a reference to it. */
    _vlen_size_and_data(buffer: ArrayBuffer, offset: number): readonly [number, ArrayBuffer];
    /** The name and the value of an attribute, or its values if it is an array. */
    unpack_attribute(offset: number): readonly [string, unknown];
  }
  export class Group {
    readonly keys: readonly string[];
    readonly _dataobjects: DataObjects;
    get(name: string): unknown;
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }
  export class Dataset {
    readonly shape: readonly number[];
    readonly dtype: unknown;
    readonly value: ArrayLike<unknown>;
    readonly _dataobjects: DataObjects;
  }
}
