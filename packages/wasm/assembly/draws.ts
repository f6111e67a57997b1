// Random words as numbers, in place. Double precision, and the operations of packages/core in their order, none of them
// fused: the same bits as there.
import { upperHalf } from './lanes';

// @ts-ignore: decorator
@inline
function constant(value: f64): v128 {
  return f64x2.splat(value);
}

/** The first two words as probabilities: the middles of 2^32 equal parts of (0, 1). */
// @ts-ignore: decorator
@inline
function probabilities(words: v128): v128 {
  return f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(words), constant(0.5)), constant(1.0 / 4294967296.0));
}

// Wichura's algorithm AS 241 (PPND16). No 32-bit word comes near its third range, r > 5: those end at r = 4.8.

/** Places of the coefficients in the table, each polynomial from its highest power down, above and below in turn. */
const CENTRE: usize = 0;
const SHOULDER: usize = 128;
const LOG: usize = 256;
const TABLE_BYTES: u32 = 256 + 14 * 8;

// @ts-ignore: decorator
@inline
function pair(to: usize, above: f64, below: f64): void {
  store<f64>(to, above);
  store<f64>(to, below, 8);
}

/** Writes the coefficients where they can be read again as vectors: as constants in the code they take twice the time. */
function writeTable(to: usize): void {
  pair(to, 2509.0809287301227, 5226.495278852854);
  pair(to + 16, 33430.57558358813, 28729.085735721943);
  pair(to + 32, 67265.7709270087, 39307.89580009271);
  pair(to + 48, 45921.95393154987, 21213.794301586597);
  pair(to + 64, 13731.69376550946, 5394.196021424751);
  pair(to + 80, 1971.5909503065513, 687.1870074920579);
  pair(to + 96, 133.14166789178438, 42.31333070160091);
  pair(to + 112, 3.3871328727963665, 1.0);
  to += SHOULDER;
  pair(to, 0.0007745450142783414, 1.0507500716444169e-9);
  pair(to + 16, 0.022723844989269184, 0.0005475938084995345);
  pair(to + 32, 0.2417807251774506, 0.015198666563616457);
  pair(to + 48, 1.2704582524523684, 0.14810397642748008);
  pair(to + 64, 3.6478483247632045, 0.6897673349851);
  pair(to + 80, 5.769497221460691, 1.6763848301838038);
  pair(to + 96, 4.630337846156546, 2.053191626637759);
  pair(to + 112, 1.4234371107496835, 1.0);
  to += LOG - SHOULDER;
  for (let power = 13; power >= 0; power--) {
    store<f64>(to, 2.0 / <f64>(2 * power + 1));
    to += 8;
  }
}

/** The quotient of the polynomials of degree 7 at an address. */
// @ts-ignore: decorator
@inline
function ratio(table: usize, x: v128): v128 {
  let above = v128.load64_splat(table), below = v128.load64_splat(table, 8);
  for (const end = table + 112; table < end;) {
    table += 16;
    above = f64x2.add(f64x2.mul(above, x), v128.load64_splat(table));
    below = f64x2.add(f64x2.mul(below, x), v128.load64_splat(table, 8));
  }
  return f64x2.div(above, below);
}

/** Quantiles of 0.5 + q for |q| <= 0.425. */
// @ts-ignore: decorator
@inline
function centre(table: usize, q: v128): v128 {
  return f64x2.mul(q, ratio(table + CENTRE, f64x2.sub(constant(0.180625), f64x2.mul(q, q))));
}

/** Natural logarithms of normal numbers below sqrt(1/2). */
// @ts-ignore: decorator
@inline
function log(table: usize, x: v128): v128 {
  const biased = i64x2.shr_u(x, 52);
  let exponent = f64x2.sub(f64x2.convert_low_i32x4_u(i32x4.shuffle(biased, biased, 0, 2, 0, 2)), constant(1022.0));
  let mantissa = v128.or(v128.and(x, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe0000000000000)); // [1/2, 1)
  const small = f64x2.lt(mantissa, constant(Math.SQRT1_2));
  exponent = f64x2.sub(exponent, v128.and(small, constant(1.0)));
  mantissa = v128.bitselect(f64x2.add(mantissa, mantissa), mantissa, small);
  const s = f64x2.div(f64x2.sub(mantissa, constant(1.0)), f64x2.add(mantissa, constant(1.0))), squared = f64x2.mul(s, s);
  let series = v128.load64_splat(table, LOG);
  for (let at = table + LOG + 8; at < table + TABLE_BYTES; at += 8) {
    series = f64x2.add(f64x2.mul(series, squared), v128.load64_splat(at));
  }
  return f64x2.add(f64x2.mul(exponent, constant(Math.LN2)), f64x2.mul(s, series));
}

/** Quantiles of p with |p - 0.5| > 0.425. */
// @ts-ignore: decorator
@inline
function shoulder(table: usize, p: v128): v128 {
  const q = f64x2.sub(p, constant(0.5));
  const smaller = v128.bitselect(p, f64x2.sub(constant(1.0), p), f64x2.lt(q, constant(0.0)));
  const r = f64x2.sqrt(f64x2.neg(log(table, smaller)));
  return v128.xor(ratio(table + SHOULDER, f64x2.sub(r, constant(1.6))), v128.and(q, constant(-0.0)));
}

/** Numbers that are worked on before their outer ones are taken up. */
const BLOCK: u32 = 1024;

/** Bytes of scratch that `normalFromWords` needs: the coefficients, four numbers, and the places of a block's outer numbers and of a partner. */
export function normalBytes(): u32 {
  return TABLE_BYTES + (4 + BLOCK + 1) * 4;
}

/** Makes four words numbers where |q| <= 0.425, and lists the places of the others. Returns the end of the list. */
// @ts-ignore: decorator
@inline
function fourCentres(table: usize, at: usize, deviation: v128, list: usize): usize {
  const words = v128.load(at), half = constant(0.5), bound = constant(0.425);
  const low = f64x2.sub(probabilities(words), half), high = f64x2.sub(probabilities(upperHalf(words)), half);
  const outerLow = f64x2.gt(f64x2.abs(low), bound), outerHigh = f64x2.gt(f64x2.abs(high), bound);
  const numbers = i64x2.shuffle(
    f32x4.demote_f64x2_zero(f64x2.mul(deviation, centre(table, low))),
    f32x4.demote_f64x2_zero(f64x2.mul(deviation, centre(table, high))),
    0, 2,
  );
  const outer = i32x4.shuffle(outerLow, outerHigh, 0, 2, 4, 6);
  v128.store(at, v128.bitselect(words, numbers, outer));
  // All four places are written, and those that do not count are written over.
  store<usize>(list, at); list += i32x4.extract_lane(outer, 0) & 4;
  store<usize>(list, at + 4); list += i32x4.extract_lane(outer, 1) & 4;
  store<usize>(list, at + 8); list += i32x4.extract_lane(outer, 2) & 4;
  store<usize>(list, at + 12); list += i32x4.extract_lane(outer, 3) & 4;
  return list;
}

/** Makes the listed words numbers, two at a time; the last one stands in for a missing partner. */
function shoulders(table: usize, list: usize, end: usize, deviation: v128): void {
  if (list < end) store<usize>(end, load<usize>(end - 4));
  for (; list < end; list += 8) {
    const one = load<usize>(list), other = load<usize>(list, 4);
    const words = v128.load32_lane(other, v128.load32_zero(one), 1);
    const numbers = f32x4.demote_f64x2_zero(f64x2.mul(deviation, shoulder(table, probabilities(words))));
    v128.store32_lane(one, numbers, 0);
    v128.store32_lane(other, numbers, 1);
  }
}

/** numbers[count]: from random words to Gaussian numbers of the given deviation. */
export function normalFromWords(count: u32, numbers: usize, deviation: f64, work: usize): void {
  const scale = f64x2.splat(deviation), four = work + TABLE_BYTES, list = four + 16;
  writeTable(work);
  for (let start: u32 = 0; start + 4 <= count; start += BLOCK) {
    const stop = numbers + (min(BLOCK, (count - start) & ~3) << 2);
    let end = list;
    for (; numbers < stop; numbers += 16) end = fourCentres(work, numbers, scale, end);
    shoulders(work, list, end, scale);
  }
  const rest = (count & 3) << 2;
  if (rest == 0) return;
  memory.copy(four, numbers, rest);
  shoulders(work, list, fourCentres(work, four, scale, list), scale);
  memory.copy(numbers, four, rest);
}

/** numbers[count]: from random words to low + width * (the 24 upper bits of the word) / 2^24. */
export function uniformFromWords(count: u32, numbers: usize, low: f64, width: f64): void {
  const start = f64x2.splat(low), scale = f64x2.splat(width), grain = constant(1.0 / 16777216.0);
  let at: u32 = 0;
  for (; at + 2 <= count; at += 2) {
    const parts = f64x2.convert_low_i32x4_u(i32x4.shr_u(v128.load64_zero(numbers), 8));
    const values = f64x2.add(start, f64x2.mul(f64x2.mul(scale, parts), grain));
    v128.store64_lane(numbers, f32x4.demote_f64x2_zero(values), 0);
    numbers += 8;
  }
  if (at < count) store<f32>(numbers, <f32>(low + width * <f64>(load<u32>(numbers) >>> 8) * (1.0 / 16777216.0)));
}
