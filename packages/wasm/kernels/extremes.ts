/** out[n] = the larger of a[n] and b[n], NaN where one is. */
export function larger(n: u32, a: usize, b: usize, out: usize): void {
  let at: u32 = 0;
  for (; at + 4 <= n; at += 4) {
    v128.store(out, f32x4.max(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
  for (; at < n; at++) {
    store<f32>(out, max<f32>(load<f32>(a), load<f32>(b)));
    a += 4;
    b += 4;
    out += 4;
  }
}

/** out[n] = the smaller of a[n] and b[n], NaN where one is. */
export function smaller(n: u32, a: usize, b: usize, out: usize): void {
  let at: u32 = 0;
  for (; at + 4 <= n; at += 4) {
    v128.store(out, f32x4.min(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
  for (; at < n; at++) {
    store<f32>(out, min<f32>(load<f32>(a), load<f32>(b)));
    a += 4;
    b += 4;
    out += 4;
  }
}
