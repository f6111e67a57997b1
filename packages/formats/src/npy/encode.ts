import type { SafeTensor } from '../safetensors/dtypes.ts';
import { requireTensor } from '../safetensors/require-tensor.ts';
import { CODES, MAGIC, MOST_AXES } from './header.ts';

/**
 * Writes an array as an npy file, readable by `numpy.load`.
 *
 * @param tensor - A dense array, its last axis fastest.
 * @returns The bytes of the file (version 1.0, little-endian), owned by the caller.
 * @throws RangeError if the type is unknown, there are more axes than NumPy's 64, or the data do not fit type and shape.
 * @example
 * ```ts
 * await writeFile('losses.npy', encodeNpy({ dtype: 'F32', shape: [3], data: Float32Array.of(0.7, 0.4, 0.2) }));
 * ```
 * @see Kern: A Simple File Format for NumPy Arrays, NEP 1, 2007.
 */
export function encodeNpy(tensor: SafeTensor): Uint8Array {
  requireTensor('the array', tensor);
  const { dtype, shape, data } = tensor;
  if (shape.length > MOST_AXES)
    throw new RangeError(`the array: its shape must have at most ${MOST_AXES} axes, got ${shape.length}`);
  const code = CODES[dtype];
  const order = code[1] === '1' ? '|' : '<';
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': (${lengths}), }`;

  const start = Math.ceil((10 + text.length + 1) / 64) * 64; // as NumPy does, so that the data are aligned
  const file = new Uint8Array(start + data.byteLength).fill(0x20, 10, start);
  file.set(MAGIC);
  file[6] = 1;
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(text), 10);
  file[start - 1] = 0x0a;
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}
