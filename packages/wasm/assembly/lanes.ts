// Words for four numbers at a time.

/** acc + a * b: in one rounding where the processor can and the module is built for it, in two otherwise. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(acc: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, acc) : f32x4.add(acc, f32x4.mul(a, b));
}

/** The same of two numbers in double precision. */
// @ts-ignore: decorator
@inline
export function multiplyAddDoubles(acc: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, acc) : f64x2.add(acc, f64x2.mul(a, b));
}

/** [a0, b0, a1, b1]. */
// @ts-ignore: decorator
@inline
export function interleaveLow(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 0, 4, 1, 5);
}

/** [a2, b2, a3, b3]. */
// @ts-ignore: decorator
@inline
export function interleaveHigh(a: v128, b: v128): v128 {
  return i32x4.shuffle(a, b, 2, 6, 3, 7);
}

/** [a0, a1, b0, b1]. */
// @ts-ignore: decorator
@inline
export function lowHalves(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 0, 2);
}

/** [a2, a3, b2, b3]. */
// @ts-ignore: decorator
@inline
export function highHalves(a: v128, b: v128): v128 {
  return i64x2.shuffle(a, b, 1, 3);
}

/** The third and fourth number, as the first two: what promotion to double precision reads. */
// @ts-ignore: decorator
@inline
export function upperHalf(a: v128): v128 {
  return i64x2.shuffle(a, a, 1, 1);
}
