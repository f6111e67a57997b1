// What attacks do with every entry of an example between two looks at a model, in one pass over its numbers. An entry's bits are those
// of the same steps one after the other in single precision. A box without a side has an infinite number there.
import { upperHalf } from './lanes';

/** The next four numbers, or one of an example's last and zeros. */
// @ts-ignore: decorator
@inline
function take(from: usize, whole: bool): v128 {
  return whole ? v128.load(from) : v128.load32_zero(from);
}

// @ts-ignore: decorator
@inline
function put(to: usize, v: v128, whole: bool): void {
  if (whole) v128.store(to, v);
  else v128.store_lane<f32>(to, v, 0);
}

// @ts-ignore: decorator
@inline
function intoBox(v: v128, low: v128, high: v128): v128 {
  return f32x4.min(f32x4.max(v, low), high);
}

/** Where a perturbation takes an entry that goes to a bound, rounding included. */
// @ts-ignore: decorator
@inline
function farthest(x: v128, bound: v128, low: v128, high: v128): v128 {
  return intoBox(f32x4.add(x, f32x4.sub(bound, x)), low, high);
}

/** A gradient, but 0 where it pushes against a bound at which its point already is. */
// @ts-ignore: decorator
@inline
function freeOf(gradient: v128, at: v128, x: v128, low: v128, high: v128): v128 {
  const zero = f32x4.splat(0);
  const rises = v128.and(f32x4.gt(gradient, zero), f32x4.gt(farthest(x, high, low, high), at));
  const falls = v128.and(f32x4.lt(gradient, zero), f32x4.lt(farthest(x, low, low, high), at));
  return f32x4.mul(gradient, v128.and(v128.or(rises, falls), f32x4.splat(1)));
}

/** The gradient of one example in the entries that can follow it; whether all of it is finite and some of it not zero. */
export function freeGradient(width: u32, low: f32, high: f32, gradient: usize, at: usize, x: usize, to: usize): bool {
  const bottom = f32x4.splat(low), top = f32x4.splat(high), infinite = f32x4.splat(Infinity), zero = f32x4.splat(0);
  let finite = i32x4.splat(-1), some = zero;
  const end = to + ((width & ~3) << 2), last = to + (width << 2);
  while (to < last) {
    const whole = to < end;
    const g = take(gradient, whole);
    finite = v128.and(finite, f32x4.lt(f32x4.abs(g), infinite));
    some = v128.or(some, f32x4.ne(g, zero));
    put(to, freeOf(g, take(at, whole), take(x, whole), bottom, top), whole);
    const bytes: usize = whole ? 16 : 4;
    gradient += bytes;
    at += bytes;
    x += bytes;
    to += bytes;
  }
  return i32x4.all_true(finite) && v128.any_true(some);
}

/** A perturbation's nearest point in the l-infinity ball around one example, cut with the box. */
export function projectLinf(width: u32, radius: f32, low: f32, high: f32, delta: usize, x: usize, to: usize): void {
  const bottom = f32x4.splat(low), top = f32x4.splat(high), least = f32x4.splat(0 - radius), most = f32x4.splat(radius);
  const end = to + ((width & ~3) << 2), last = to + (width << 2);
  while (to < last) {
    const whole = to < end;
    const v = take(delta, whole), from = take(x, whole);
    put(to, intoBox(intoBox(v, least, most), f32x4.sub(bottom, from), f32x4.sub(top, from)), whole);
    const bytes: usize = whole ? 16 : 4;
    delta += bytes;
    x += bytes;
    to += bytes;
  }
}

/**
 * Sums over the entries of a perturbation that is shrunk and then cut with the box, in double precision: of their squares, and of
 * shrunk times whole where the box cuts nothing, which is how the half of the first rises with the shrinking factor.
 *
 * @param sums - Two doubles, written.
 */
export function ballSums(width: u32, shrink: f64, low: f32, high: f32, delta: usize, x: usize, sums: usize): void {
  const bottom = f32x4.splat(low), top = f32x4.splat(high), by = f64x2.splat(shrink);
  let squares = f64x2.splat(0), free = f64x2.splat(0);
  const end = delta + ((width & ~3) << 2), last = delta + (width << 2);
  while (delta < last) {
    const whole = delta < end;
    const v = take(delta, whole), from = take(x, whole);
    let lows = f32x4.sub(bottom, from), highs = f32x4.sub(top, from);
    if (!whole) {
      const one = i32x4(-1, 0, 0, 0); // a box may keep out the zeros beside the entry
      lows = v128.and(lows, one);
      highs = v128.and(highs, one);
    }
    for (let half = 0; half < 2; half++) {
      const value = half == 0 ? f64x2.promote_low_f32x4(v) : f64x2.promote_low_f32x4(upperHalf(v));
      const least = half == 0 ? f64x2.promote_low_f32x4(lows) : f64x2.promote_low_f32x4(upperHalf(lows));
      const most = half == 0 ? f64x2.promote_low_f32x4(highs) : f64x2.promote_low_f32x4(upperHalf(highs));
      const kept = f64x2.mul(by, value), cut = f64x2.max(least, f64x2.min(kept, most));
      squares = f64x2.add(squares, f64x2.mul(cut, cut));
      free = f64x2.add(free, v128.and(f64x2.eq(cut, kept), f64x2.mul(kept, value)));
    }
    const bytes: usize = whole ? 16 : 4;
    delta += bytes;
    x += bytes;
  }
  store<f64>(sums, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
  store<f64>(sums, f64x2.extract_lane(free, 0) + f64x2.extract_lane(free, 1), 8);
}

/** A perturbation that is shrunk, and then cut with the box. */
export function shrinkInto(width: u32, shrink: f32, low: f32, high: f32, delta: usize, x: usize, to: usize): void {
  const bottom = f32x4.splat(low), top = f32x4.splat(high), by = f32x4.splat(shrink);
  const end = to + ((width & ~3) << 2), last = to + (width << 2);
  while (to < last) {
    const whole = to < end;
    const v = take(delta, whole), from = take(x, whole);
    put(to, intoBox(f32x4.mul(v, by), f32x4.sub(bottom, from), f32x4.sub(top, from)), whole);
    const bytes: usize = whole ? 16 : 4;
    delta += bytes;
    x += bytes;
    to += bytes;
  }
}
