import { FormatError } from '../errors.ts';
import type { SafeTensor } from '../safetensors/dtypes.ts';
import { tensorFrom } from '../safetensors/tensor-from.ts';
import { readNpyHeader } from './header.ts';

/**
 * Reads an npy file, what `numpy.save` writes, and believes nothing that it has not checked.
 *
 * All versions (1.0 to 3.0), both byte orders and both orders of the axes are read. Types are those of
 * {@link DtypeArrays}; arrays of Python objects, of records and of text are refused, and nothing is ever evaluated. Memory is
 * taken only after the header agrees with the number of bytes.
 *
 * @param bytes - The whole file.
 * @returns The array with its last axis fastest, whatever its order in the file; it shares no memory with `bytes`.
 * @throws {@link FormatError} that names what is wrong.
 * @example
 * ```ts
 * const { dtype, shape, data } = decodeNpy(await readFile('images.npy'));
 * ```
 * @see Kern: A Simple File Format for NumPy Arrays, NEP 1, 2007.
 */
export function decodeNpy(bytes: Uint8Array): SafeTensor {
  const header = readNpyHeader(bytes);
  const { dtype, shape, start } = header;
  if (bytes.length - start !== header.bytes) {
    throw new FormatError(
      `an array of ${dtype} with shape (${shape}) takes ${header.bytes} bytes, the file has ${bytes.length - start}`,
    );
  }
  const own = Uint8Array.from(bytes.subarray(start));
  const count = shape.reduce((product, length) => product * length, 1);
  const width = count === 0 ? 1 : own.length / count;
  if (header.bigEndian) for (let at = 0; at < own.length; at += width) own.subarray(at, at + width).reverse();
  return tensorFrom('the array', dtype, shape, (header.fortranOrder ? lastAxisFastest(own, shape, width) : own).buffer);
}

/** Elements whose first axis is the fastest, in the order in which the last one is. */
function lastAxisFastest(bytes: Uint8Array<ArrayBuffer>, shape: readonly number[], width: number) {
  const ordered = new Uint8Array(bytes.length);
  const place = shape.map(() => 0);
  for (let to = 0; to < bytes.length; to += width) {
    const from = place.reduceRight((sum, index, axis) => sum * shape[axis] + index, 0) * width;
    for (let byte = 0; byte < width; byte++) ordered[to + byte] = bytes[from + byte];
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis] === shape[axis]; axis--) place[axis] = 0;
  }
  return ordered;
}
