/**
 * AssemblyScript loops that only multiply and add, or only read. Which is fastest depends on the processor: there must be enough
 * independent sums to hide the latency of an addition, and few enough to stay in registers.
 */
interface Source {
  readonly name: string;
  /** A function of the number of iterations and of the address of 512 KiB of numbers. */
  readonly source: string;
}

export interface Loop extends Source {
  /** Floating-point operations per iteration. */
  readonly operations: number;
}

export interface ReadLoop extends Source {
  /** Bytes read per iteration. */
  readonly bytes: number;
}

/** Operations of one multiplication and one addition of four lanes. */
const MULTIPLY_ADD = 8;

const each = (count: number, text: (i: number) => string, between = "\n") =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

/** `count` independent chains x ← x·m + a, with `links` steps of each per iteration. */
function chains(count: number, links: number): Loop {
  const name = `chains${count}x${links}`;
  const link = each(count, (i) => `x${i} = f32x4.add(f32x4.mul(x${i}, m), a);`);
  return {
    name,
    operations: count * links * MULTIPLY_ADD,
    source: `export function ${name}(iterations: i32, at: usize): f32 {
      const m = v128.load(at), a = v128.load(at, 16);
      let ${each(count, (i) => `x${i} = v128.load(at, ${32 + 16 * i})`, ", ")};
      for (let i = 0; i < iterations; i++) { ${each(links, () => link)} }
      return f32x4.extract_lane(${sum(count, "x")}, 0);
    }`,
  };
}

/** A register tile of a matrix product: `quartets` vectors of four columns for each row. An iteration adds one product to each sum. */
function tile(rows: number, quartets: number): Loop {
  const name = `tile${rows}x${quartets}`;
  const sums = rows * quartets;
  const column = (q: number) => `const b${q} = v128.load(b, ${16 * q});`;
  const row = (r: number) =>
    `const a${r} = v128.load32_splat(a, ${4 * r});
    ${each(quartets, (q) => `s${r * quartets + q} = f32x4.add(s${r * quartets + q}, f32x4.mul(a${r}, b${q}));`)}`;
  return {
    name,
    operations: sums * MULTIPLY_ADD,
    // the operands are 64 steps long: 12 KiB at most, within the first-level cache
    source: `export function ${name}(iterations: i32, at: usize): f32 {
      let ${each(sums, (i) => `s${i} = f32x4.splat(0)`, ", ")};
      for (let i = 0; i < iterations; i += 64) {
        let a = at, b = at + 8192;
        for (const end = a + ${64 * 4 * rows}; a < end; a += ${4 * rows}, b += ${16 * quartets}) {
          ${each(quartets, column)}
          ${each(rows, row)}
        }
      }
      return f32x4.extract_lane(${sum(sums, "s")}, 0);
    }`,
  };
}

const sum = (count: number, name: string) =>
  Array.from({ length: count }, (_, i) => name + i).reduce((a, b) => `f32x4.add(${a}, ${b})`);

/** 480 KiB: more than a first-level cache holds, less than a second-level one. */
const SPAN = 480 * 1024;

/** Reads all of SPAN per iteration, `loads` vectors at a time, into `sums` independent sums. */
function read(sums: number, loads: number): ReadLoop {
  const name = `read${sums}x${loads}`;
  const load = (i: number) => `s${i % sums} = v128.xor(s${i % sums}, v128.load(p, ${16 * i}));`;
  return {
    name,
    bytes: SPAN,
    source: `export function ${name}(iterations: i32, at: usize): f32 {
      let ${each(sums, (i) => `s${i} = f32x4.splat(0)`, ", ")};
      for (let i = 0; i < iterations; i++) {
        for (let p = at, end = at + ${SPAN}; p < end; p += ${16 * loads}) { ${each(loads, load)} }
      }
      return f32x4.extract_lane(${sum(sums, "s")}, 0);
    }`,
  };
}

const CHAIN_COUNTS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
const TILES = [
  [2, 2],
  [2, 3],
  [3, 2],
  [3, 3],
  [4, 2],
  [5, 2],
  [8, 1],
] as const;

export const LOOPS: readonly Loop[] = [
  ...CHAIN_COUNTS.map((count) => chains(count, 1)),
  ...CHAIN_COUNTS.map((count) => chains(count, 2)),
  ...TILES.map(([rows, quartets]) => tile(rows, quartets)),
];

export const READ_LOOPS: readonly ReadLoop[] = [read(4, 8), read(4, 16), read(8, 8), read(8, 32), read(12, 24)];
