import { upperHalf } from './lanes';

/** totals[inner] = sum of x[terms, inner] over its rows, in double precision. */
export function addMiddle(terms: u32, inner: u32, x: usize, totals: usize): void {
  memory.fill(totals, 0, inner << 3);
  for (let term: u32 = 0; term < terms; term++) {
    let column: u32 = 0,
      total = totals;
    for (; column + 4 <= inner; column += 4) {
      const four = v128.load(x);
      v128.store(total, f64x2.add(v128.load(total), f64x2.promote_low_f32x4(four)));
      v128.store(total, f64x2.add(v128.load(total, 16), f64x2.promote_low_f32x4(upperHalf(four))), 16);
      x += 16;
      total += 32;
    }
    for (; column < inner; column++) {
      store<f64>(total, load<f64>(total) + load<f32>(x));
      x += 4;
      total += 8;
    }
  }
}
