import type { Tensor } from '@tensorflow/tfjs-core';
import { described } from './described.ts';
import { InputError } from './errors.ts';

function check(values: Readonly<Record<string, number>>, holds: (value: number) => boolean, rule: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number' || !holds(value))
      throw new InputError(`${name} must be ${rule}, got ${typeof value === 'number' ? value : described(value)}`);
  }
}

/**
 * Refuses any named value that is not an integer of at least `least`.
 *
 * @param values - The values by their names, as the caller knows them.
 * @param least - The smallest value allowed.
 * @throws {@link InputError} that names the value.
 * @example
 * ```ts
 * requireInteger({ steps, restarts }, 1);
 * ```
 */
export function requireInteger(values: Readonly<Record<string, number>>, least = 0): void {
  check(values, (value) => Number.isSafeInteger(value) && value >= least, `an integer >= ${least}`);
}

/**
 * Refuses any named value that is negative, infinite or NaN.
 *
 * @param values - The values by their names, as the caller knows them.
 * @param unit - Words that say what the values are measured in, such as `input units`.
 * @throws {@link InputError} that names the value.
 * @example
 * ```ts
 * requireNonNegative({ eps }, 'input units');
 * ```
 */
export function requireNonNegative(values: Readonly<Record<string, number>>, unit?: string): void {
  check(values, (value) => value >= 0 && value < Infinity, `finite and >= 0${unit ? ` (${unit})` : ''}`);
}

/**
 * Refuses any named value that is not positive and finite.
 *
 * @param values - The values by their names, as the caller knows them.
 * @param unit - Words that say what the values are measured in.
 * @throws {@link InputError} that names the value.
 * @example
 * ```ts
 * requirePositive({ rate: 25 });
 * ```
 */
export function requirePositive(values: Readonly<Record<string, number>>, unit?: string): void {
  check(values, (value) => value > 0 && value < Infinity, `finite and > 0${unit ? ` (${unit})` : ''}`);
}

/**
 * Refuses any named value outside [0, 1].
 *
 * @param values - The values by their names, as the caller knows them.
 * @throws {@link InputError} that names the value.
 * @example
 * ```ts
 * requireShare({ confidence: 0.95 });
 * ```
 */
export function requireShare(values: Readonly<Record<string, number>>): void {
  check(values, (value) => value >= 0 && value <= 1, 'between 0 and 1');
}

/**
 * Refuses any named value that is not between 0 and 1, both excluded.
 *
 * @param values - The values by their names, as the caller knows them.
 * @param such - A value that is usual, for the message.
 * @throws {@link InputError} that names the value.
 * @example
 * ```ts
 * requireInnerShare({ confidence }, 0.95);
 * ```
 */
export function requireInnerShare(values: Readonly<Record<string, number>>, such: number): void {
  check(values, (value) => value > 0 && value < 1, `between 0 and 1, both excluded, such as ${such}`);
}

/**
 * Refuses any named value that is not an array of two.
 *
 * @param values - The values by their names, as the caller knows them.
 * @throws {@link InputError} that names the value.
 * @example
 * ```ts
 * requirePair({ stepSize: [1, 0.01] });
 * ```
 */
export function requirePair(values: Readonly<Record<string, readonly [first: number, last: number]>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Array.isArray(value) || value.length !== 2)
      throw new InputError(`${name} must be an array [first, last], got ${described(value)}`);
  }
}

/**
 * Refuses any named value that is no array of numbers which are finite in single precision.
 *
 * @param values - The values by their names, as the caller knows them.
 * @throws {@link InputError} that names the value, and the first bad number and where it stands.
 * @example
 * ```ts
 * requireNumbers({ delta: Float32Array.of(0.1, 0.2) });
 * ```
 */
export function requireNumbers(values: Readonly<Record<string, ArrayLike<number>>>): void {
  for (const [name, list] of Object.entries(values)) {
    if (typeof list !== 'object' || !Number.isInteger(list?.length))
      throw new InputError(
        `${name} must be an array of numbers, such as the dataSync() of a tensor, got ${described(list)}`,
      );
    const at = Array.from(list).findIndex((value) => !Number.isFinite(value) || !Number.isFinite(Math.fround(value)));
    if (at >= 0) throw new InputError(`${name} must hold finite numbers, got ${list[at]} at entry ${at}`);
  }
}

/**
 * Refuses a tensor that holds NaN or an infinity.
 *
 * @param name - What the tensor is, as the caller knows it.
 * @param tensor - Any shape; only read.
 * @throws {@link InputError} that names the tensor, the first bad value and where it stands.
 * @example
 * ```ts
 * requireFinite('x', x);
 * ```
 */
export function requireFinite(name: string, tensor: Tensor): void {
  const values = tensor.dataSync();
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const row = tensor.rank > 0 ? Math.floor(at / (tensor.size / tensor.shape[0])) : 0;
    throw new InputError(
      `${name} must be finite, got ${values[at]} at entry ${at} (example ${row}) of shape [${tensor.shape}]`,
    );
  }
}

/**
 * Refuses a tensor whose shape is not the expected one.
 *
 * @param name - What the tensor is, as the caller knows it.
 * @param tensor - Only its shape is read.
 * @param expected - The lengths of its axes; `null` stands for any length.
 * @throws {@link InputError} that names both shapes.
 * @example
 * ```ts
 * requireShape('x', x, [null, 28, 28, 1]);
 * ```
 */
export function requireShape(name: string, tensor: Tensor, expected: readonly (number | null)[]): void {
  const fits =
    tensor.rank === expected.length &&
    expected.every((length, axis) => length === null || length === tensor.shape[axis]);
  if (!fits) {
    const wanted = expected.map((length) => length ?? 'any').join(', ');
    throw new InputError(`${name} must have shape [${wanted}], got [${tensor.shape.join(', ')}]`);
  }
}
