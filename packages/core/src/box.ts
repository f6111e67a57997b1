import { clipByValue, type Tensor } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';
import { requireOptions } from './options.ts';

/** Range that every input entry must stay in. Entries are float32, and so are the bounds that they are compared with. */
export interface Box {
  /** Smallest value of an entry; minus infinity for none. */
  readonly low: number;
  /** Largest value of an entry; infinity for none. */
  readonly high: number;
}

/** How far rounding may carry an entry past a bound, as a share of the bound: standardized pixels are a few bits off. */
const ROUNDING = 1e-6;

const holds = ({ low, high }: Box, value: number): boolean =>
  value >= Math.fround(low) - ROUNDING * Math.abs(low) && value <= Math.fround(high) + ROUNDING * Math.abs(high);

/** Refuses what is no range of numbers. */
export function requireBox(box: Box): void {
  requireOptions<Box>('a box', box, { low: true, high: true });
  if (typeof box.low !== 'number' || typeof box.high !== 'number' || !(Math.fround(box.low) < Math.fround(box.high)))
    throw new InputError(`box must have low < high, got low ${box.low} and high ${box.high}`);
}

/**
 * Refuses inputs outside their box. What rounding alone carried past a bound is let through; {@link intoBox} puts it back.
 *
 * @param name - What the inputs are, as the caller knows them.
 * @param x - Any shape; read back from the backend.
 * @param box - Their range.
 * @throws {@link InputError} that names the range of the inputs.
 * @example
 * ```ts
 * requireInBox('x', x, { low: 0, high: 1 });
 * ```
 */
export function requireInBox(name: string, x: Tensor, box: Box): void {
  const values = x.dataSync<'float32'>();
  if (values.every((value) => holds(box, value))) return;
  const [least, most] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
  throw new InputError(
    `${name} must lie in its box [${box.low}, ${box.high}], got values from ${least} to ${most}; scale ${name} or change the threat's box`,
  );
}

/**
 * Inputs with each entry at the nearest value of a box.
 *
 * @param x - Any shape.
 * @param box - Their range; none for no change.
 * @returns A tensor of the same shape, owned by the caller.
 * @example
 * ```ts
 * const image = intoBox(add(x, noise), { low: 0, high: 1 });
 * ```
 */
export function intoBox(x: Tensor, box?: Box): Tensor {
  return box ? clipByValue(x, box.low, box.high) : x.clone();
}
