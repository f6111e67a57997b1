import { upperHalf } from './lanes';

/** Four entries of one rectifier, added to four totals in double precision where it is open. */
// @ts-ignore: decorator
@inline
function add(total: usize, u: v128, open: v128, shift: v128): void {
  const low = f64x2.add(f64x2.promote_low_f32x4(u), shift);
  const high = f64x2.add(f64x2.promote_low_f32x4(upperHalf(u)), shift);
  v128.store(total, f64x2.add(v128.load(total), v128.and(low, i64x2.extend_low_i32x4_s(open))));
  v128.store(total, f64x2.add(v128.load(total, 16), v128.and(high, i64x2.extend_high_i32x4_s(open))), 16);
}

/**
 * totals[n] = sum over the neurons of relu(u - bias) - relu(-u - bias), for u[m, n].
 *
 * In double precision and in the order of the neurons. The comparisons are negated so that NaN is not lost.
 */
export function scores(m: u32, n: u32, u: usize, bias: f32, totals: usize): void {
  const above = f32x4.splat(bias), below = f32x4.splat(-bias);
  const down = f64x2.splat(-(<f64>bias)), up = f64x2.splat(<f64>bias);
  memory.fill(totals, 0, n << 3);
  for (let neuron: u32 = 0; neuron < m; neuron++) {
    let example: u32 = 0, total = totals;
    for (; example + 4 <= n; example += 4) {
      const x = v128.load(u);
      const first = v128.not(f32x4.le(x, above)), second = v128.not(f32x4.ge(x, below));
      add(total, x, first, down); // adding zeros takes less time than not knowing where to go
      add(total, x, second, up);
      u += 16;
      total += 32;
    }
    for (; example < n; example++) {
      const x = load<f32>(u);
      if (!(x <= bias)) store<f64>(total, load<f64>(total) + (<f64>x - <f64>bias));
      if (!(x >= -bias)) store<f64>(total, load<f64>(total) + (<f64>x + <f64>bias));
      u += 4;
      total += 8;
    }
  }
}
