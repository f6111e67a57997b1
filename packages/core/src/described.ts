import { Tensor } from '@tensorflow/tfjs-core';

/**
 * A value that should have been another, in a few words for an error.
 *
 * @param value - Anything.
 * @returns Its kind and, where that is short, the value.
 * @example
 * ```ts
 * described([1, 2]); // an array of 2
 * ```
 */
export function described(value: unknown): string {
  if (value instanceof Tensor) return `a ${value.dtype} tensor [${value.shape}]`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'function') return `a function${value.name && ` (${value.name})`}`;
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise';
  const { name } = Object.getPrototypeOf(value)?.constructor ?? {};
  return name === undefined || name === 'Object'
    ? `a record { ${Object.keys(value).join(', ')} }`
    : `an object (${name})`;
}
