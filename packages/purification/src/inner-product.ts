/**
 * Inner product of `length` numbers of two arrays, in double precision.
 *
 * @param a - First array.
 * @param atA - Where to start in it.
 * @param b - Second array.
 * @param atB - Where to start in it.
 * @param length - How many numbers.
 */
export function innerProduct(
  a: ArrayLike<number>,
  atA: number,
  b: ArrayLike<number>,
  atB: number,
  length: number,
): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += a[atA + j] * b[atB + j];
  return sum;
}
