/** out[n] = the larger of a[n] and b[n], or the smaller unless `larger`; NaN where one is. */
export function extremes(larger: bool, n: u32, a: usize, b: usize, out: usize): void {
  let at: u32 = 0;
  for (; at + 4 <= n; at += 4) {
    const left = v128.load(a), right = v128.load(b);
    v128.store(out, larger ? f32x4.max(left, right) : f32x4.min(left, right));
    a += 16;
    b += 16;
    out += 16;
  }
  for (; at < n; at++) {
    const left = load<f32>(a), right = load<f32>(b);
    store<f32>(out, larger ? max<f32>(left, right) : min<f32>(left, right));
    a += 4;
    b += 4;
    out += 4;
  }
}
