import * as fc from 'fast-check';

/** A tensor as plain data, to be made on one backend after another. */
export interface Data {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** A generator of numbers in [0, 1), the same for the same seed. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers in [low, high), in multiples of `grain` if that is given. */
export function numbers(
  seed: number,
  shape: readonly number[],
  { low = -1, high = 1, grain = 0 }: { low?: number; high?: number; grain?: number } = {},
): Data {
  const next = uniform(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => {
    const value = low + (high - low) * next();
    return grain > 0 ? Math.round(value / grain) * grain : value;
  });
  return { shape, values };
}

/** Whole numbers from `low` up to, not including, `high`. */
export function integers(seed: number, shape: readonly number[], low: number, high: number): Data {
  const { values } = numbers(seed, shape, { low, high });
  return { shape, values: Int32Array.from(values, Math.floor) };
}

/** Any seed. */
export const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Short lengths, one more often than not among them. */
export const lengths = (max: number) => fc.integer({ min: 1, max });
