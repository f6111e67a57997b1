import { InputError } from '@advml/core';
import { isGzip } from './gunzip.ts';

/** Number types of IDX files by the third byte of the file. */
const TYPES = {
  8: { dtype: 'uint8', bytes: 1, read: (view: DataView, at: number) => view.getUint8(at), array: Uint8Array },
  9: { dtype: 'int8', bytes: 1, read: (view: DataView, at: number) => view.getInt8(at), array: Int8Array },
  11: { dtype: 'int16', bytes: 2, read: (view: DataView, at: number) => view.getInt16(at), array: Int16Array },
  12: { dtype: 'int32', bytes: 4, read: (view: DataView, at: number) => view.getInt32(at), array: Int32Array },
  13: { dtype: 'float32', bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at), array: Float32Array },
  14: { dtype: 'float64', bytes: 8, read: (view: DataView, at: number) => view.getFloat64(at), array: Float64Array },
} as const;

type Types = (typeof TYPES)[keyof typeof TYPES];

/** An array as an IDX file holds it. */
export interface IdxArray {
  /** Number type of the entries. */
  readonly dtype: Types['dtype'];
  /** Lengths of the axes, the examples first. */
  readonly shape: readonly number[];
  /** Entries, last axis fastest; a copy in the machine's byte order. */
  readonly data: InstanceType<Types['array']>;
}

/** What the first bytes of an IDX file say of the rest. */
export interface IdxHeader {
  readonly type: Types;
  readonly shape: readonly number[];
  /** Index of the first entry's first byte. */
  readonly start: number;
  /** Bytes that the whole file must have. */
  readonly bytes: number;
}

/** The longest header: 255 axes. */
export const LONGEST_HEADER = 4 + 4 * 255;

/** Reads the header of an IDX file from its first bytes; the entries need not be there. */
export function readIdxHeader(bytes: Uint8Array): IdxHeader {
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) {
    throw new InputError(
      `an IDX file must start with two zero bytes, a type and a number of axes, got ${startOf(bytes)}`,
    );
  }
  const [, , code, rank] = bytes;
  if (!isType(code)) throw new InputError(`the number type of an IDX file must be 8, 9, 11, 12, 13 or 14, got ${code}`);
  if (rank === 0) throw new InputError('an IDX file must have at least one axis, got 0');
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw new InputError(
      `an IDX file with ${rank} axes must have a header of ${start} bytes, got ${bytes.length} bytes`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const type = TYPES[code];
  return { type, shape, start, bytes: start + sizeOf(type.bytes, shape) };
}

/** Bytes of the entries. A length of 0 makes it 0 whatever the others are, which may multiply to more than any number. */
function sizeOf(entry: number, shape: readonly number[]): number {
  const bytes = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, entry);
  if (Number.isSafeInteger(bytes)) return bytes;
  throw new InputError(`the shape of an IDX file must hold less than 2^53 bytes, got [${shape}]`);
}

/**
 * Reads an IDX file, the format of MNIST and its successors.
 *
 * Two zero bytes, the number type, the number of axes, the lengths of the axes (32 bits each), the entries; all
 * big-endian. Nothing is read before the header agrees with the number of bytes.
 *
 * @param bytes - The whole file, not compressed; see {@link readIdxFile} for one that may be.
 * @returns The array it holds, a copy.
 * @throws InputError if the bytes are compressed, cut off, too many, or no IDX file.
 * @example
 * ```ts
 * const images = readIdx(await readFile('train-images-idx3-ubyte')); // shape [60000, 28, 28]
 * ```
 * @see LeCun, Cortes, Burges: The MNIST Database of Handwritten Digits, 1998.
 */
export function readIdx(bytes: Uint8Array): IdxArray {
  if (isGzip(bytes)) throw new InputError('an IDX file must be unpacked, got gzip bytes; readIdxFile unpacks them');
  const header = readIdxHeader(bytes);
  const { dtype, bytes: size, read, array } = header.type;
  if (bytes.length !== header.bytes) {
    throw new InputError(
      `an IDX file of ${dtype} with shape [${header.shape}] must have ${header.bytes} bytes, got ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new array((header.bytes - header.start) / size);
  for (let at = 0; at < data.length; at++) data[at] = read(view, header.start + at * size);
  return { dtype, shape: header.shape, data };
}

function isType(code: number): code is keyof typeof TYPES {
  return Object.hasOwn(TYPES, code);
}

function startOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'no bytes' : `[${bytes.subarray(0, 4).join(', ')}]`;
}
