import { InputError } from './errors.ts';

/** The largest size up to which float32 has every integer. */
const WHOLE = 2 ** 24;

/**
 * The numbers of an array in single precision: integers exactly, double precision rounded.
 *
 * @param name - What it is, for a message.
 * @param array - Numbers of any type, by its safetensors name.
 * @returns The numbers; those of the array itself where they have that precision already.
 * @throws InputError that names the first number that single precision cannot hold.
 * @example
 * ```ts
 * floatsOf('labels', { dtype: 'I64', data: BigInt64Array.of(3n) }); // Float32Array [3]
 * ```
 */
export function floatsOf(
  name: string,
  { dtype, data }: { readonly dtype: string; readonly data: ArrayLike<number> | ArrayLike<bigint> },
): Float32Array {
  if (data instanceof Float32Array) return data;
  const fits = (value: number) =>
    dtype === 'F64' ? Number.isFinite(Math.fround(value)) || !Number.isFinite(value) : Math.abs(value) <= WHOLE;
  const floats = new Float32Array(data.length);
  for (let at = 0; at < floats.length; at++) {
    const value = Number(data[at]);
    if (!fits(value))
      throw new InputError(`'${name}' must hold numbers that fit float32, got ${data[at]} (${dtype}) at entry ${at}`);
    floats[at] = value;
  }
  return floats;
}
