import { arrayOf, byteLengthOf, dtypes, isDtype, type SafeTensor } from './dtypes.ts';

/**
 * Refuses a tensor whose data do not fit its type and shape.
 *
 * @param name - What it is, for a message.
 * @returns The bytes that its data take.
 * @throws RangeError that says what does not fit.
 */
export function requireTensor(name: string, { dtype, shape, data }: SafeTensor): number {
  if (!isDtype(dtype)) throw new RangeError(`${name}: dtype must be one of ${dtypes.join(', ')}, got ${dtype}`);
  if (!(data instanceof arrayOf(dtype))) {
    throw new RangeError(`${name}: ${dtype} data must be a ${arrayOf(dtype).name}`);
  }
  const bytes = byteLengthOf(dtype, shape);
  if (bytes === undefined) throw new RangeError(`${name}: shape [${shape}] must hold integers >= 0`);
  if (bytes !== data.byteLength) {
    throw new RangeError(
      `${name}: shape [${shape}] needs ${bytes / data.BYTES_PER_ELEMENT} values, got ${data.length}`,
    );
  }
  const odd = dtype === 'BOOL' ? data.findIndex((value) => value > 1) : -1;
  if (odd >= 0) throw new RangeError(`${name}: BOOL data must be 0 or 1, got ${data[odd]} at ${odd}`);
  return bytes;
}
