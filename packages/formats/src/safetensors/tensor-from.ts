import { FormatError } from '../errors.ts';
import { arrayOf, isHalf, type SafeTensor, type StoredDtype } from './dtypes.ts';
import { widened } from './half.ts';

/**
 * A tensor of bytes that a file held, which it keeps; numbers of half precision are widened.
 *
 * @param name - What it is, for a message.
 * @throws FormatError if truth values are neither 0 nor 1.
 */
export function tensorFrom(
  name: string,
  dtype: StoredDtype,
  shape: readonly number[],
  buffer: ArrayBuffer,
): SafeTensor {
  if (isHalf(dtype)) return { dtype: 'F32', shape, data: widened(dtype, new Uint16Array(buffer)) };
  const data = new (arrayOf(dtype))(buffer);
  if (dtype === 'BOOL') {
    const odd = (data as Uint8Array).findIndex((value) => value > 1);
    if (odd >= 0) throw new FormatError(`${name}: BOOL data must be 0 or 1, got ${data[odd]} at ${odd}`);
  }
  return { dtype, shape, data } as SafeTensor; // the compiler cannot see through the table that the types fit
}
