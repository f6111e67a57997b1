import { upperHalf } from './lanes';

/** totals[width] += row[width]. */
// @ts-ignore: decorator
@inline
function addRow(width: u32, row: usize, totals: usize): void {
  let column: u32 = 0;
  for (; column + 4 <= width; column += 4) {
    const four = v128.load(row);
    v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(four)));
    v128.store(totals, f64x2.add(v128.load(totals, 16), f64x2.promote_low_f32x4(upperHalf(four))), 16);
    row += 16;
    totals += 32;
  }
  for (; column < width; column++) {
    store<f64>(totals, load<f64>(totals) + load<f32>(row));
    row += 4;
    totals += 8;
  }
}

/** totals[outer, inner] = sum of x[outer, terms, inner] over its middle axis, in double precision. */
export function addMiddle(outer: u32, terms: u32, inner: u32, x: usize, totals: usize): void {
  memory.fill(totals, 0, outer * inner << 3);
  for (; outer > 0; outer--) {
    for (let term: u32 = 0; term < terms; term++) {
      addRow(inner, x, totals);
      x += inner << 2;
    }
    totals += inner << 3;
  }
}

/**
 * totals[segments, width] = for each segment the sum of the rows x[rows, width] whose id it is, in double precision.
 * Ids of no segment are passed over.
 */
export function addSegments(rows: u32, width: u32, segments: u32, x: usize, ids: usize, totals: usize): void {
  memory.fill(totals, 0, segments * width << 3);
  for (let row: u32 = 0; row < rows; row++) {
    const id = load<u32>(ids + (row << 2));
    if (id < segments) addRow(width, x + row * (width << 2), totals + id * (width << 3));
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
