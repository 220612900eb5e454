/**
 * Loops of nothing but multiplications and additions, and of nothing but reads, as AssemblyScript. Which of them is
 * fastest depends on the machine: enough sums must be under way to hide the latency of each, and too many leave the registers.
 */
interface Source {
  readonly name: string;
  /** A function of the number of turns, and of where 512 KiB of numbers lie. */
  readonly source: string;
}

export interface Loop extends Source {
  /** Floating-point operations of a turn. */
  readonly operations: number;
}

export interface Reading extends Source {
  /** Bytes that a turn reads. */
  readonly bytes: number;
}

/** A mul and an add of four lanes each. */
const STEP = 8;

const each = (count: number, text: (i: number) => string, between = "\n") =>
  Array.from({ length: count }, (_, i) => text(i)).join(between);

/** `length` chains x ← x·m + a side by side, `links` of each a turn. */
function chains(length: number, links: number): Loop {
  const name = `chains${length}x${links}`;
  const link = each(length, (i) => `x${i} = f32x4.add(f32x4.mul(x${i}, m), a);`);
  return {
    name,
    operations: length * links * STEP,
    source: `export function ${name}(turns: i32, at: usize): f32 {
      const m = v128.load(at), a = v128.load(at, 16);
      let ${each(length, (i) => `x${i} = v128.load(at, ${32 + 16 * i})`, ", ")};
      for (let turn = 0; turn < turns; turn++) { ${each(links, () => link)} }
      return f32x4.extract_lane(${sum(length, "x")}, 0);
    }`,
  };
}

/** Rows of a register tile and its columns in quartets; a turn adds one product to each of its sums. */
function tile(rows: number, quartets: number): Loop {
  const name = `tile${rows}x${quartets}`;
  const sums = rows * quartets;
  const column = (q: number) => `const b${q} = v128.load(b, ${16 * q});`;
  const row = (r: number) =>
    `const a${r} = v128.load32_splat(a, ${4 * r});
    ${each(quartets, (q) => `s${r * quartets + q} = f32x4.add(s${r * quartets + q}, f32x4.mul(a${r}, b${q}));`)}`;
  return {
    name,
    operations: sums * STEP,
    // the panels are 64 steps long: 12 KiB at most
    source: `export function ${name}(turns: i32, at: usize): f32 {
      let ${each(sums, (i) => `s${i} = f32x4.splat(0)`, ", ")};
      for (let turn = 0; turn < turns; turn += 64) {
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

/** 480 KiB: more than a first-level cache holds, and less than a second-level one. */
const SPAN = 480 * 1024;

/** Reads all of SPAN a turn, `loads` vectors at a time, into `sums` sums side by side. */
function read(sums: number, loads: number): Reading {
  const name = `read${sums}x${loads}`;
  const load = (i: number) => `s${i % sums} = v128.xor(s${i % sums}, v128.load(p, ${16 * i}));`;
  return {
    name,
    bytes: SPAN,
    source: `export function ${name}(turns: i32, at: usize): f32 {
      let ${each(sums, (i) => `s${i} = f32x4.splat(0)`, ", ")};
      for (let turn = 0; turn < turns; turn++) {
        for (let p = at, end = at + ${SPAN}; p < end; p += ${16 * loads}) { ${each(loads, load)} }
      }
      return f32x4.extract_lane(${sum(sums, "s")}, 0);
    }`,
  };
}

const LENGTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
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
  ...LENGTHS.map((length) => chains(length, 1)),
  ...LENGTHS.map((length) => chains(length, 2)),
  ...TILES.map(([rows, quartets]) => tile(rows, quartets)),
];

export const READINGS: readonly Reading[] = [read(4, 8), read(4, 16), read(8, 8), read(8, 32), read(12, 24)];
