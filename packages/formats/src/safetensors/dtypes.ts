/**
 * The typed array that holds the values of each element type.
 *
 * Half precision (`F16`, `BF16`) has no typed array on every platform: it is read as `F32`, which holds each of its numbers
 * exactly. Complex and smaller types are refused.
 */
export interface DtypeArrays {
  /** Unsigned 64-bit integers. */
  readonly U64: BigUint64Array;
  /** Signed 64-bit integers. */
  readonly I64: BigInt64Array;
  /** Double precision. */
  readonly F64: Float64Array;
  /** Single precision: what networks train in. */
  readonly F32: Float32Array;
  /** Unsigned 32-bit integers. */
  readonly U32: Uint32Array;
  /** Signed 32-bit integers. */
  readonly I32: Int32Array;
  /** Unsigned 16-bit integers. */
  readonly U16: Uint16Array;
  /** Signed 16-bit integers. */
  readonly I16: Int16Array;
  /** Signed bytes. */
  readonly I8: Int8Array;
  /** Bytes. */
  readonly U8: Uint8Array;
  /** Truth values, a byte each: 0 or 1. */
  readonly BOOL: Uint8Array;
}

/** The name of an element type, as it stands in the file. */
export type Dtype = keyof DtypeArrays;

/** What the element type of a file may be: half precision is only read. */
export type StoredDtype = Dtype | 'F16' | 'BF16';

/** A dense array and what is needed to read it. */
export interface SafeTensorOf<D extends Dtype> {
  /** The element type. */
  readonly dtype: D;
  /** The lengths of the axes; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** The values in row-major order, as many as the product of `shape`. */
  readonly data: DtypeArrays[D];
}

/** A dense array of any element type that is supported. */
export type SafeTensor = { [D in Dtype]: SafeTensorOf<D> }[Dtype];

/** Tensors by their names, such as `conv1.weight`. */
export type SafeTensors = Readonly<Record<string, SafeTensor>>;

// In the order in which the reference library lays tensors out: by falling alignment.
const arrays = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** The names of the element types, in the order in which their tensors are laid out. */
export const dtypes = Object.keys(arrays) as readonly Dtype[];

/** Whether a value names an element type that is supported. */
export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(arrays, value);
}

/** The names of the element types that are read. */
export const storedDtypes: readonly StoredDtype[] = [...dtypes, 'F16', 'BF16'];

/** Whether a value names an element type that is read. */
export function isStoredDtype(value: unknown): value is StoredDtype {
  return storedDtypes.some((known) => known === value);
}

/** Whether an element type is one of half precision. */
export function isHalf(dtype: StoredDtype): dtype is 'F16' | 'BF16' {
  return dtype === 'F16' || dtype === 'BF16';
}

/** The typed array class of an element type. */
export function arrayOf(dtype: Dtype): (typeof arrays)[Dtype] {
  return arrays[dtype];
}

/** Bytes that `shape` takes, or `undefined` where a length is no length or the product leaves the safe integers. */
export function byteLengthOf(dtype: StoredDtype, shape: readonly unknown[]): number | undefined {
  let bytes: number = isHalf(dtype) ? 2 : arrays[dtype].BYTES_PER_ELEMENT;
  for (const length of shape) {
    if (!isLength(length)) return undefined;
    bytes *= length;
    if (!Number.isSafeInteger(bytes)) return undefined;
  }
  return bytes;
}

/** Whether a value can be the length of an axis or a place in the data. */
export function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
