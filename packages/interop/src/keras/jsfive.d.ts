/** The part of jsfive that the reader uses; the package has no types. */
declare module "jsfive" {
  export class Group {
    readonly keys: readonly string[];
    get(name: string): unknown;
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }
  export class Dataset {
    readonly shape: readonly number[];
    readonly dtype: unknown;
    readonly value: ArrayLike<unknown>;
    /** null for a contiguous array. */
    readonly _dataobjects: { readonly chunks: readonly number[] | null };
  }
}
