/** The part of jsfive, which ships no types, that the reader uses. */
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
    /** null for an array in one piece. */
    readonly _dataobjects: { readonly chunks: readonly number[] | null };
  }
}
