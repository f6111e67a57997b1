import { InputError } from '@advml/core';
import type { DataType } from '@tensorflow/tfjs-core';

/** How numbers of one of ONNX's types are stored, and what they become. */
export interface ElementType {
  /** ONNX's name. */
  readonly name: string;
  /** The type of tensors made of them. */
  readonly dtype: DataType;
  /** Bytes of one number among raw data. */
  readonly bytes: number;
  /** Reads one number of raw data, which are little-endian. */
  readonly raw: (view: DataView, offset: number) => number;
  /** The list of a message that holds such numbers where they are not raw. */
  readonly list: 'floats' | 'doubles' | 'int32s' | 'int64s' | 'uint64s';
  /** What a number of that list means. Default: itself. */
  readonly listed?: (stored: number) => number;
}

/** The number of an IEEE 754 half. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The number whose upper half in single precision has these bits. */
function brain(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}

const float32 = { dtype: 'float32' } as const;
const int32 = { dtype: 'int32' } as const;
const TYPES: Readonly<Record<number, ElementType>> = {
  1: { ...float32, name: 'float', bytes: 4, raw: (view, at) => view.getFloat32(at, true), list: 'floats' },
  2: { ...int32, name: 'uint8', bytes: 1, raw: (view, at) => view.getUint8(at), list: 'int32s' },
  3: { ...int32, name: 'int8', bytes: 1, raw: (view, at) => view.getInt8(at), list: 'int32s' },
  4: { ...int32, name: 'uint16', bytes: 2, raw: (view, at) => view.getUint16(at, true), list: 'int32s' },
  5: { ...int32, name: 'int16', bytes: 2, raw: (view, at) => view.getInt16(at, true), list: 'int32s' },
  6: { ...int32, name: 'int32', bytes: 4, raw: (view, at) => view.getInt32(at, true), list: 'int32s' },
  7: { ...int32, name: 'int64', bytes: 8, raw: (view, at) => Number(view.getBigInt64(at, true)), list: 'int64s' },
  9: { dtype: 'bool', name: 'bool', bytes: 1, raw: (view, at) => view.getUint8(at), list: 'int32s' },
  10: {
    ...float32,
    name: 'float16',
    bytes: 2,
    raw: (view, at) => half(view.getUint16(at, true)),
    list: 'int32s',
    listed: half,
  },
  11: { ...float32, name: 'double', bytes: 8, raw: (view, at) => view.getFloat64(at, true), list: 'doubles' },
  12: { ...int32, name: 'uint32', bytes: 4, raw: (view, at) => view.getUint32(at, true), list: 'uint64s' },
  13: { ...int32, name: 'uint64', bytes: 8, raw: (view, at) => Number(view.getBigUint64(at, true)), list: 'uint64s' },
  16: {
    ...float32,
    name: 'bfloat16',
    bytes: 2,
    raw: (view, at) => brain(view.getUint16(at, true)),
    list: 'int32s',
    listed: brain,
  },
};

/**
 * One of ONNX's types of numbers.
 *
 * @param number - Its number in ONNX.
 * @param owner - What has the type, for the message.
 * @throws InputError if tensors cannot hold such numbers.
 */
export function elementType(number: number | undefined, owner: string): ElementType {
  if (number !== undefined && Object.hasOwn(TYPES, number)) return TYPES[number];
  const known = Object.values(TYPES).map(({ name }) => name);
  throw new InputError(`${owner} must have one of the types ${known.join(', ')}, got ONNX's type ${number}`);
}

/** The nearest whole number of 32 bits: the end of a slice that means "all" is beyond them. */
const saturated = (value: number) => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(value)));

/**
 * Numbers as tensors of some type hold them.
 *
 * @param dtype - The type.
 * @param size - How many there are.
 * @param at - Gives each of them.
 */
export function arrayOf(dtype: DataType, size: number, at: (entry: number) => number) {
  const [array, held] =
    dtype === 'float32'
      ? [new Float32Array(size), (value: number) => value]
      : dtype === 'int32'
        ? [new Int32Array(size), saturated]
        : [new Uint8Array(size), (value: number) => Number(value !== 0)];
  for (let entry = 0; entry < size; entry++) array[entry] = held(at(entry));
  return array;
}
