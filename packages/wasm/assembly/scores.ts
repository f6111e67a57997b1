import { upperHalf } from './lanes';

/** Four entries of one rectifier, added to four totals in double precision where it is open. */
// @ts-ignore: decorator
@inline
function add(total: usize, u: v128, open: v128, t: v128): void {
  const low = f64x2.sub(f64x2.promote_low_f32x4(u), f64x2.promote_low_f32x4(t));
  const high = f64x2.sub(f64x2.promote_low_f32x4(upperHalf(u)), f64x2.promote_low_f32x4(upperHalf(t)));
  v128.store(total, f64x2.add(v128.load(total), v128.and(low, i64x2.extend_low_i32x4_s(open))));
  v128.store(total, f64x2.add(v128.load(total, 16), v128.and(high, i64x2.extend_high_i32x4_s(open))), 16);
}

/**
 * totals[n] = sum over the neurons of relu(u - t) - relu(-u - t), for u[m, n] and thresholds t as in `active.ts`.
 *
 * In double precision and in the order of the neurons. The comparisons are negated so that NaN is not lost. What is not
 * open is added, too, as zero: that takes less time than to guess where the others are.
 */
export function scores(m: u32, n: u32, u: usize, t: usize, step: u32, totals: usize): void {
  memory.fill(totals, 0, n << 3);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0, total = totals;
    for (; example + 4 <= n; example += 4) {
      const x = v128.load(u), above = v128.load(t), below = f32x4.neg(above);
      add(total, x, v128.not(f32x4.le(x, above)), above);
      add(total, x, v128.not(f32x4.ge(x, below)), below);
      u += 16;
      t += step << 2;
      total += 32;
    }
    for (; example < n; example++) {
      const x = load<f32>(u), above = load<f32>(t);
      if (!(x <= above)) store<f64>(total, load<f64>(total) + (<f64>x - <f64>above));
      if (!(x >= -above)) store<f64>(total, load<f64>(total) + (<f64>x + <f64>above));
      u += 4;
      t += step;
      total += 8;
    }
  }
}
