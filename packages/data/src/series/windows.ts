/** Rows of features, found by offset: sample s at step t has its features at data[starts[s] + t · stride + i], i < size. */
export interface StridedRows {
  readonly data: Float32Array;
  readonly starts: Uint32Array;
  readonly stride: number;
  readonly size: number;
}

/** Samples of `steps` steps each, as offsets into flat arrays. */
export interface Sequences {
  readonly count: number;
  readonly steps: number;
  readonly x: StridedRows;
  readonly y: StridedRows;
}

export interface WindowOptions {
  /** L, steps of a window. */
  readonly steps: number;
  /** Features of a row; 1 by default. */
  readonly features?: number;
  /** Rows from one window's start to the next; 1 by default. */
  readonly stride?: number;
  /** Rows from an input to its target; 1 by default. */
  readonly ahead?: number;
}

/**
 * Every window over rows (N, features): inputs i … i+L−1, targets `ahead` rows later. With the defaults these are the notebook's
 * N − L sequences. Nothing is copied: both sides are offsets into `rows`.
 * @throws RangeError for sizes that are no whole numbers from 1, or fewer rows than one window.
 */
export function windows(rows: Float32Array, options: WindowOptions): Sequences {
  const { steps, features = 1, stride = 1, ahead = 1 } = options;
  for (const [name, value] of Object.entries({ steps, features, stride, ahead })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name}: expected a whole number from 1, got ${value}`);
  }
  if (rows.length % features !== 0) {
    throw new RangeError(`rows: expected a multiple of ${features} numbers, got ${rows.length}`);
  }
  const N = rows.length / features;
  const needed = steps + ahead;
  if (N < needed) throw new RangeError(`windows: expected at least ${needed} rows for ${steps} steps, got ${N}`);
  const count = Math.floor((N - needed) / stride) + 1;
  const from = (row: number): StridedRows => ({
    data: rows,
    starts: Uint32Array.from({ length: count }, (_, s) => (s * stride + row) * features),
    stride: features,
    size: features,
  });
  return { count, steps, x: from(0), y: from(ahead) };
}

/** Numbers with a shape, row-major. */
export interface Gathered {
  readonly data: Float32Array;
  readonly shape: readonly [steps: number, samples: number, size: number];
}

/**
 * Copies samples (all, or those at `indices`) into tensors x (T,B,I) and y (T,B,O), time first.
 * @throws RangeError for an index past the last sample.
 */
export function gather(sequences: Sequences, indices?: Uint32Array): { x: Gathered; y: Gathered } {
  const order = indices ?? Uint32Array.from({ length: sequences.count }, (_, s) => s);
  const past = order.find((s) => s >= sequences.count);
  if (past !== undefined) throw new RangeError(`gather: expected indices below ${sequences.count}, got ${past}`);
  const side = ({ data, starts, stride, size }: StridedRows): Gathered => {
    const B = order.length;
    const out = new Float32Array(sequences.steps * B * size);
    for (let t = 0; t < sequences.steps; t++) {
      for (let b = 0; b < B; b++) {
        const at = starts[order[b]!]! + t * stride;
        const to = (t * B + b) * size;
        for (let i = 0; i < size; i++) out[to + i] = data[at + i]!;
      }
    }
    return { data: out, shape: [sequences.steps, B, size] };
  };
  return { x: side(sequences.x), y: side(sequences.y) };
}

/** The samples in batches of at most `size`, in order. */
export function* batches(sequences: Sequences, size: number): Generator<Sequences> {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`batch size: expected a whole number from 1, got ${size}`);
  const part = (rows: StridedRows, from: number) => ({ ...rows, starts: rows.starts.subarray(from, from + size) });
  for (let from = 0; from < sequences.count; from += size) {
    const count = Math.min(size, sequences.count - from);
    yield { count, steps: sequences.steps, x: part(sequences.x, from), y: part(sequences.y, from) };
  }
}
