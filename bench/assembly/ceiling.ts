/**
 * Loops of nothing but multiplications and additions, to find the highest rate that strict SIMD reaches here. Each does
 * 8 floating-point operations a lane quartet and turn.
 */

/** Eight sums, each adding a product of two registers: what a register tile does once its loads are free. */
export function tile(n: i32, from: usize): f32 {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    s4 = s0,
    s5 = s0,
    s6 = s0,
    s7 = s0;
  const a = v128.load(from, 0),
    b = v128.load(from, 16),
    c = v128.load(from, 32),
    d = v128.load(from, 48);
  for (let i = 0; i < n; i++) {
    const at = from + ((<usize>i & 15) << 5);
    const x = v128.load(at, 0),
      y = v128.load(at, 16);
    (s0 = f32x4.add(s0, f32x4.mul(a, x))), (s1 = f32x4.add(s1, f32x4.mul(a, y)));
    (s2 = f32x4.add(s2, f32x4.mul(b, x))), (s3 = f32x4.add(s3, f32x4.mul(b, y)));
    (s4 = f32x4.add(s4, f32x4.mul(c, x))), (s5 = f32x4.add(s5, f32x4.mul(c, y)));
    (s6 = f32x4.add(s6, f32x4.mul(d, x))), (s7 = f32x4.add(s7, f32x4.mul(d, y)));
  }
  return f32x4.extract_lane(
    f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7))),
    0,
  );
}

/** Twelve chains x ← x · m + a. */
export function chains(n: i32, from: usize): f32 {
  const m = v128.load(from, 0),
    a = v128.load(from, 16);
  let s0 = a,
    s1 = a,
    s2 = a,
    s3 = a,
    s4 = a,
    s5 = a,
    s6 = a,
    s7 = a,
    s8 = a,
    s9 = a,
    s10 = a,
    s11 = a;
  for (let i = 0; i < n; i++) {
    (s0 = f32x4.add(f32x4.mul(s0, m), a)), (s1 = f32x4.add(f32x4.mul(s1, m), a));
    (s2 = f32x4.add(f32x4.mul(s2, m), a)), (s3 = f32x4.add(f32x4.mul(s3, m), a));
    (s4 = f32x4.add(f32x4.mul(s4, m), a)), (s5 = f32x4.add(f32x4.mul(s5, m), a));
    (s6 = f32x4.add(f32x4.mul(s6, m), a)), (s7 = f32x4.add(f32x4.mul(s7, m), a));
    (s8 = f32x4.add(f32x4.mul(s8, m), a)), (s9 = f32x4.add(f32x4.mul(s9, m), a));
    (s10 = f32x4.add(f32x4.mul(s10, m), a)), (s11 = f32x4.add(f32x4.mul(s11, m), a));
  }
  const low = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(s4, s5));
  return f32x4.extract_lane(
    f32x4.add(low, f32x4.add(f32x4.add(f32x4.add(s6, s7), f32x4.add(s8, s9)), f32x4.add(s10, s11))),
    0,
  );
}

/** Eight sums of products that do not wait for each other's loads: operands stay in registers. */
export function registers(n: i32, from: usize): f32 {
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    s4 = s0,
    s5 = s0,
    s6 = s0,
    s7 = s0;
  const a = v128.load(from, 0),
    b = v128.load(from, 16),
    c = v128.load(from, 32);
  let x = v128.load(from, 48);
  for (let i = 0; i < n; i++) {
    (s0 = f32x4.add(s0, f32x4.mul(a, x))),
      (s1 = f32x4.add(s1, f32x4.mul(b, x))),
      (s2 = f32x4.add(s2, f32x4.mul(c, x)));
    x = v128.load(from + ((<usize>i & 15) << 4));
    (s3 = f32x4.add(s3, f32x4.mul(a, x))),
      (s4 = f32x4.add(s4, f32x4.mul(b, x))),
      (s5 = f32x4.add(s5, f32x4.mul(c, x)));
    (s6 = f32x4.add(s6, f32x4.mul(a, b))), (s7 = f32x4.add(s7, f32x4.mul(b, c)));
  }
  return f32x4.extract_lane(
    f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7))),
    0,
  );
}
