import { FormatError } from '../errors.ts';
import { arrayOf, type Dtype, type SafeTensor } from './dtypes.ts';

/**
 * A tensor of bytes that a file held, which it keeps.
 *
 * @param name - What it is, for a message.
 * @throws FormatError if truth values are neither 0 nor 1.
 */
export function tensorFrom(name: string, dtype: Dtype, shape: readonly number[], buffer: ArrayBuffer): SafeTensor {
  const data = new (arrayOf(dtype))(buffer);
  if (dtype === 'BOOL') {
    const odd = (data as Uint8Array).findIndex((value) => value > 1);
    if (odd >= 0) throw new FormatError(`${name}: BOOL data must be 0 or 1, got ${data[odd]} at ${odd}`);
  }
  return { dtype, shape, data } as SafeTensor; // the compiler cannot see through the table that the types fit
}
