import { type Direction, directions } from './direction-numbers.ts';

/** Bits of a number of the sequence. */
const BITS = 32;

/** Dimensions that a Sobol sequence may have here. */
export const MOST_DIMENSIONS = directions.length + 1;

/** The direction numbers v_1 to v_32 of a dimension, as binary fractions in 32 bits. */
function fractions({ a, m }: Direction): Uint32Array {
  const degree = m.length;
  const v = Uint32Array.from({ length: BITS }, (_, at) => (at < degree ? m[at] << (BITS - 1 - at) : 0));
  for (let at = degree; at < BITS; at++) {
    v[at] = v[at - degree] ^ (v[at - degree] >>> degree);
    for (let k = 1; k < degree; k++) if ((a >>> (degree - 1 - k)) & 1) v[at] ^= v[at - k];
  }
  return v;
}

const first = Uint32Array.from({ length: BITS }, (_, at) => 2 ** (BITS - 1 - at));

/**
 * One dimension of a Sobol sequence, whose first 2^m points fill space evenly for every m: in the order of the Gray code, as most
 * programs have it.
 *
 * @param dimension - From 0.
 * @param shift - Bits that are turned in every number, which moves the whole sequence and leaves it as even. Default: none.
 * @returns Gives the number of a point by its index, on [0, 1) and a multiple of 2^-32; the point 0 of no shift is the origin.
 * @see P. Bratley and B. L. Fox, "Algorithm 659: Implementing Sobol's quasirandom sequence generator", ACM Transactions on
 * Mathematical Software 14, 1988.
 */
export function sobol(dimension: number, shift = 0): (index: number) => number {
  const v = dimension === 0 ? first : fractions(directions[dimension - 1]);
  return (index) => {
    let bits = shift;
    for (let gray = index ^ (index >>> 1), at = 0; gray > 0; gray >>>= 1, at++) if (gray & 1) bits ^= v[at];
    return (bits >>> 0) / 2 ** BITS;
  };
}
