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

/** totals[rows] = sum of each row of x[rows, terms], in double precision. */
export function addRows(rows: u32, terms: u32, x: usize, totals: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let column: u32 = 0;
    for (; column + 8 <= terms; column += 8) {
      const low = v128.load(x), high = v128.load(x, 16);
      s0 = f64x2.add(s0, f64x2.promote_low_f32x4(low));
      s1 = f64x2.add(s1, f64x2.promote_low_f32x4(upperHalf(low)));
      s2 = f64x2.add(s2, f64x2.promote_low_f32x4(high));
      s3 = f64x2.add(s3, f64x2.promote_low_f32x4(upperHalf(high)));
      x += 32;
    }
    const all = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
    let total = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
    for (; column < terms; column++) {
      total += load<f32>(x);
      x += 4;
    }
    store<f64>(totals + (row << 3), total);
  }
}
