import { checksum } from '../checksum.ts';
import { FormatError } from '../errors.ts';
import { describeFile } from '../file-kind.ts';
import type { SafeTensor, SafeTensors } from '../safetensors/dtypes.ts';
import { decodeNpy } from './decode.ts';
import { type Member, readMembers } from './zip.ts';

/**
 * Reads an npz file, the arrays that `numpy.savez` writes, each by its name.
 *
 * It is a zip file of npy files that are stored as they are. Files of `numpy.savez_compressed` are refused. Checked are the
 * places and names of all records, that no two share a byte, the CRC-32 of each array, and all that {@link decodeNpy} checks; so
 * the arrays together are never larger than the file.
 *
 * @param bytes - The whole file.
 * @returns The arrays by name, such as `x` for `numpy.savez(file, x=...)`. The record has no prototype.
 * @throws {@link FormatError} that names what is wrong and in which array.
 * @example
 * ```ts
 * const { images, labels } = decodeNpz(await readFile('digits.npz'));
 * ```
 * @see PKWARE: .ZIP File Format Specification, version 6.3.10, 2022.
 */
export function decodeNpz(bytes: Uint8Array): SafeTensors {
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b)) {
    const kind = describeFile(bytes);
    if (kind) throw new FormatError(`this is no npz file but ${kind}`);
  }
  const tensors: Record<string, SafeTensor> = Object.create(null);
  for (const member of readMembers(bytes)) {
    const name = member.name.replace(/\.npy$/, '');
    if (name === member.name) throw new FormatError(`an npz file holds npy files, got '${name}'`);
    if (name in tensors) throw new FormatError(`the array '${name}' stands in the file twice`);
    tensors[name] = readArray(name, member);
  }
  return tensors;
}

function readArray(name: string, { stored, data, crc }: Member): SafeTensor {
  if (!stored) throw new FormatError(`the array '${name}' is compressed or encrypted; write it with numpy.savez`);
  if (Number.parseInt(checksum(data), 16) !== crc)
    throw new FormatError(`the array '${name}' is damaged: wrong CRC-32`);
  try {
    return decodeNpy(data);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`the array '${name}': ${error.message}`, { cause: error });
    throw error;
  }
}
