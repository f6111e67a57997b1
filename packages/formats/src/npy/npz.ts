import { checksum } from '../checksum.ts';
import { FormatError } from '../errors.ts';
import type { SafeTensor, SafeTensors } from '../safetensors/dtypes.ts';
import { decodeNpy } from './decode.ts';

/** Signatures and fixed lengths of the three records of a zip file. */
const END = { signature: 0x06054b50, bytes: 22 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };

/**
 * Reads an npz file, the arrays that `numpy.savez` writes, each by its name.
 *
 * It is a zip file of npy files that are stored as they are. Files of `numpy.savez_compressed` are refused. Checked are the
 * places of all records, the CRC-32 of each array, and all that {@link decodeNpy} checks.
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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, end } = readEnd(view);
  const tensors: Record<string, SafeTensor> = Object.create(null);
  let at = start;
  for (let number = 0; number < count; number++) {
    requireRecord(view, at, ENTRY, `entry ${number}`);
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const nameStart = at + ENTRY.bytes;
    if (nameStart + nameLength > bytes.length) throw new FormatError(`entry ${number} is cut off`);
    const file = new TextDecoder().decode(bytes.subarray(nameStart, nameStart + nameLength));
    const name = file.replace(/\.npy$/, '');
    if (name === file) throw new FormatError(`an npz file holds npy files, got '${file}'`);
    if (name in tensors) throw new FormatError(`the array '${name}' stands in the file twice`);
    tensors[name] = readMember(bytes, view, at, name);
    at = nameStart + nameLength + extra + comment;
  }
  if (at !== end) throw new FormatError(`an npz file with ${count} arrays ends at byte ${at}, got its end at ${end}`);
  return tensors;
}

/** Where the entries are, as the record at the end of the file says. */
function readEnd(view: DataView): { readonly count: number; readonly start: number; readonly end: number } {
  for (let at = view.byteLength - END.bytes; at >= Math.max(0, view.byteLength - END.bytes - 65535); at--) {
    if (
      view.getUint32(at, true) === END.signature &&
      at + END.bytes + view.getUint16(at + 20, true) === view.byteLength
    )
      return { count: view.getUint16(at + 10, true), start: view.getUint32(at + 16, true), end: at };
  }
  throw new FormatError('an npz file is a zip file, got one without the record at its end: is it cut off?');
}

function readMember(bytes: Uint8Array, view: DataView, entry: number, name: string): SafeTensor {
  const flags = view.getUint16(entry + 8, true);
  const method = view.getUint16(entry + 10, true);
  const [crc, packed, size, local] = [16, 20, 24, 42].map((offset) => view.getUint32(entry + offset, true));
  if ((flags & 1) !== 0 || method !== 0 || packed !== size) {
    throw new FormatError(`the array '${name}' is compressed or encrypted; write it with numpy.savez`);
  }
  requireRecord(view, local, LOCAL, `the array '${name}'`);
  const start = local + LOCAL.bytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + size > bytes.length) throw new FormatError(`the array '${name}' is cut off`);
  const data = bytes.subarray(start, start + size);
  if (Number.parseInt(checksum(data), 16) !== crc)
    throw new FormatError(`the array '${name}' is damaged: wrong CRC-32`);
  try {
    return decodeNpy(data);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(`the array '${name}': ${error.message}`, { cause: error });
    throw error;
  }
}

function requireRecord(view: DataView, at: number, { signature, bytes }: typeof END, what: string): void {
  if (at + bytes > view.byteLength || view.getUint32(at, true) !== signature) {
    throw new FormatError(`${what} is not where the file says: damaged, cut off or larger than 4 GiB`);
  }
}
