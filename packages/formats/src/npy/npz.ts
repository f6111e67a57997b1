import { inflateSync } from 'fflate';
import { checksum } from '../checksum.ts';
import { FormatError } from '../errors.ts';
import { describeFile } from '../file-kind.ts';
import { requireOptions } from '../options.ts';
import type { SafeTensor, SafeTensors } from '../safetensors/dtypes.ts';
import { decodeNpy } from './decode.ts';
import { type Member, readMembers } from './zip.ts';

/** Settings of {@link decodeNpz}. */
export interface NpzOptions {
  /** The most bytes that all arrays together may have when unpacked. Default: 2^30. */
  readonly limit?: number;
}

/**
 * Reads an npz file, the arrays that `numpy.savez` and `numpy.savez_compressed` write, each by its name.
 *
 * It is a zip file of npy files, stored or deflated. Checked are the places and names of all records, that no two share a byte,
 * the size of all arrays together before one is unpacked, the CRC-32 of each, and all that {@link decodeNpy} checks.
 *
 * @param bytes - The whole file.
 * @param options - See {@link NpzOptions}.
 * @returns The arrays by name, such as `x` for `numpy.savez(file, x=...)`. The record has no prototype.
 * @throws {@link FormatError} that names what is wrong and in which array; RangeError if there is no such option, or `limit` is
 * no number of bytes.
 * @example
 * ```ts
 * const { images, labels } = decodeNpz(await readFile('digits.npz'));
 * ```
 * @see PKWARE: .ZIP File Format Specification, version 6.3.10, 2022.
 */
export function decodeNpz(bytes: Uint8Array, options: NpzOptions = {}): SafeTensors {
  requireOptions<NpzOptions>('decodeNpz', options, { limit: true });
  const { limit = 2 ** 30 } = options;
  if (!(limit >= 0)) throw new RangeError(`limit must be a number of bytes >= 0, got ${limit}`);
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b)) {
    const kind = describeFile(bytes);
    if (kind) throw new FormatError(`this is no npz file but ${kind}`);
  }
  const tensors: Record<string, SafeTensor> = Object.create(null);
  const members = readMembers(bytes);
  const whole = members.reduce((sum, { unpacked }) => sum + unpacked, 0);
  if (whole > limit)
    throw new FormatError(`the arrays take ${whole} bytes when unpacked, and ${limit} are allowed; raise limit`);
  for (const member of members) {
    const name = member.name.replace(/\.npy$/, '');
    if (name === member.name) throw new FormatError(`an npz file holds npy files, got '${name}'`);
    if (name in tensors) throw new FormatError(`the array '${name}' stands in the file twice`);
    tensors[name] = readArray(name, member);
  }
  return tensors;
}

function readArray(name: string, member: Member): SafeTensor {
  const data = unpack(name, member);
  if (Number.parseInt(checksum(data), 16) !== member.crc)
    throw new FormatError(`the array '${name}' is damaged: wrong CRC-32`);
  try {
    return decodeNpy(data);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`the array '${name}': ${error.message}`, { cause: error });
    throw error;
  }
}

/** A member's bytes, no more of them than the list says. */
function unpack(name: string, { form, data, unpacked }: Member): Uint8Array {
  if (form === 'stored') return data;
  if (form === 'other')
    throw new FormatError(
      `the array '${name}' is encrypted, or compressed in an unusual way; write it with numpy.savez`,
    );
  try {
    return inflateSync(data, { out: new Uint8Array(unpacked) });
  } catch (error) {
    throw new FormatError(`the array '${name}' is damaged: ${(error as Error).message}`, { cause: error });
  }
}
