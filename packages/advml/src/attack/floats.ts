import { InputError } from '@advml/core';
import type { SafeTensor } from '@advml/formats';

/** The largest size up to which float32 has every integer. */
const WHOLE = 2 ** 24;

/**
 * The numbers of an array in single precision: integers exactly, double precision rounded.
 *
 * @param name - What it is, for a message.
 * @param array - Numbers of any type.
 * @returns The numbers; those of the array itself where they have that precision already.
 * @throws InputError that names the first number that single precision cannot hold.
 */
export function floatsOf(name: string, { dtype, data }: SafeTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number);
  const fits = (value: number) =>
    dtype === 'F64' ? Number.isFinite(Math.fround(value)) || !Number.isFinite(value) : Math.abs(value) <= WHOLE;
  const bad = numbers.findIndex((value) => !fits(value));
  if (bad >= 0)
    throw new InputError(`'${name}' must hold numbers that fit float32, got ${data[bad]} (${dtype}) at entry ${bad}`);
  return Float32Array.from(numbers);
}
