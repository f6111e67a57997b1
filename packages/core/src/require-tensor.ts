import { type DataType, Tensor } from '@tensorflow/tfjs-core';
import { described } from './described.ts';
import { InputError } from './errors.ts';

/**
 * Refuses what is not a live tensor of numbers: arrays in its place, tensors that were disposed, and other types of numbers.
 *
 * Inputs of models are float32. Labels may be int32, too.
 *
 * @param name - What the value is, as the caller knows it.
 * @param value - What the user gave; only its type is read.
 * @param dtypes - The types of numbers allowed. Default: `float32`.
 * @throws {@link InputError} that names what it is, and says how to make a tensor of it.
 * @example
 * ```ts
 * requireTensor('y', y, ['int32', 'float32']);
 * ```
 */
export function requireTensor(name: string, value: Tensor, dtypes: readonly DataType[] = ['float32']): void {
  if (!(value instanceof Tensor)) {
    const numbers = Array.isArray(value) || ArrayBuffer.isView(value);
    throw new InputError(`${name} must be a tensor, got ${described(value)}${numbers ? `; use tensor(${name})` : ''}`);
  }
  if (value.isDisposed) throw new InputError(`${name} must be a tensor in use, got one that was disposed before`);
  if (!dtypes.includes(value.dtype))
    throw new InputError(
      `${name} must be ${dtypes.join(' or ')}, got ${value.dtype}; use cast(${name}, '${dtypes[0]}')`,
    );
}
