import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';
import type { Params } from './params.ts';

/** A float32 tensor as plain numbers. */
export interface FloatArray {
  /** The type by its safetensors name. */
  readonly dtype: 'F32';
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Entries, last axis fastest. */
  readonly data: Float32Array;
}

/** An int32 tensor as plain numbers. */
export interface IntArray {
  /** The type by its safetensors name. */
  readonly dtype: 'I32';
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Entries, last axis fastest. */
  readonly data: Int32Array;
}

/** One tensor as plain numbers, in the form that safetensors files take. */
export type TensorArray = FloatArray | IntArray;

const toArray = (source: Tensor): TensorArray =>
  source.dtype === 'int32'
    ? { dtype: 'I32', shape: source.shape, data: source.dataSync<'int32'>().slice() }
    : { dtype: 'F32', shape: source.shape, data: source.dataSync<'float32'>().slice() };

/**
 * Parameters as plain arrays, ready to be written to a file.
 *
 * @param params - Any tree; only read.
 * @returns The same names with copies of the numbers.
 * @example
 * ```ts
 * const bytes = encodeSafetensors(paramsToArrays(params)); // from '@advml/formats'
 * ```
 */
export function paramsToArrays(params: Params): Record<string, TensorArray> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toArray(value)]));
}

/**
 * Parameters from plain arrays, such as a safetensors file holds.
 *
 * @param arrays - Numbers by name; float32 or int32.
 * @returns Parameters, owned by the caller.
 * @throws {@link InputError} if an array is of another type or does not fill its shape; no tensor is made then.
 * @example
 * ```ts
 * const params = paramsFromArrays(decodeSafetensors(bytes).tensors); // from '@advml/formats'
 * ```
 */
export function paramsFromArrays(
  arrays: Readonly<
    Record<string, { dtype: string; shape: readonly number[]; data: ArrayLike<number> | ArrayLike<bigint> }>
  >,
): Params {
  const named = Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
    if (!(data instanceof Float32Array || data instanceof Int32Array))
      throw new InputError(`'${name}' must hold float32 (F32) or int32 (I32) numbers, got ${dtype}; convert it first`);
    const count = shape.reduce((product, length) => product * length, 1);
    if (data.length !== count)
      throw new InputError(`'${name}' of shape [${shape}] must hold ${count} numbers, got ${data.length}`);
    return [name, { shape, data }] as const;
  });
  return Object.fromEntries(named.map(([name, { shape, data }]) => [name, tensor(data, [...shape])]));
}
