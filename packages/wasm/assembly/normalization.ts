import { upperHalf } from './lanes';

/**
 * y[count] = (x - mean) * factor + offset, where the three repeat every `period` numbers; a multiple of four.
 */
export function normalize(count: u32, period: u32, mean: usize, factor: usize, offset: usize, x: usize, y: usize): void {
  for (let start: u32 = 0; start < count; start += period) {
    const size = min(period, count - start) << 2, wide = size & ~15;
    let at: u32 = 0;
    for (; at < wide; at += 16) {
      const scaled = f32x4.mul(f32x4.sub(v128.load(x + at), v128.load(mean + at)), v128.load(factor + at));
      v128.store(y + at, f32x4.add(scaled, v128.load(offset + at)));
    }
    for (; at < size; at += 4) {
      store<f32>(y + at, (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(factor + at) + load<f32>(offset + at));
    }
    x += size;
    y += size;
  }
}

/** totals[width] = sum over the rows of dy[rows, width] * (x[rows, width] - mean[width]), added up in double precision. */
export function addCentred(rows: u32, width: u32, dy: usize, x: usize, mean: usize, totals: usize): void {
  memory.fill(totals, 0, width << 3);
  for (; rows > 0; rows--) {
    let column: u32 = 0, centre = mean, total = totals;
    for (; column + 4 <= width; column += 4) {
      const four = f32x4.mul(v128.load(dy), f32x4.sub(v128.load(x), v128.load(centre)));
      v128.store(total, f64x2.add(v128.load(total), f64x2.promote_low_f32x4(four)));
      v128.store(total, f64x2.add(v128.load(total, 16), f64x2.promote_low_f32x4(upperHalf(four))), 16);
      dy += 16;
      x += 16;
      centre += 16;
      total += 32;
    }
    for (; column < width; column++) {
      store<f64>(total, load<f64>(total) + load<f32>(dy) * (load<f32>(x) - load<f32>(centre)));
      dy += 4;
      x += 4;
      centre += 4;
      total += 8;
    }
  }
}
