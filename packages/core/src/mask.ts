import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { described } from './described.ts';
import { InputError } from './errors.ts';
import { hashName } from './threefry.ts';

/** Refuses what is no mask, or one that lets nothing change. */
export function requireSomeFree(mask: readonly boolean[]): void {
  if (!Array.isArray(mask)) throw new InputError(`mask must be an array of booleans, got ${described(mask)}`);
  const bad = mask.findIndex((mayChange) => typeof mayChange !== 'boolean');
  if (bad >= 0) throw new InputError(`mask must hold booleans, got ${described(mask[bad])} at entry ${bad}`);
  if (!mask.includes(true))
    throw new InputError(
      `mask must let at least one entry change, got none of ${mask.length}; use eps 0 for no attack`,
    );
}

/** Refuses a mask that does not have one entry for each of an input. */
export function requireMask(mask: readonly boolean[], batch: Tensor): void {
  const width = batch.shape.slice(1).reduce((product, length) => product * length, 1);
  if (mask.length !== width)
    throw new InputError(`mask must hold ${width} booleans, one an entry of an input, got ${mask.length}`);
}

/** Rows with only the entries of the mask, [batch, free], as rows with all entries, [batch, ...shape]: zero elsewhere. */
export function spread(mask: readonly boolean[], free: Tensor, shape: readonly number[]): Tensor {
  const values = free.dataSync<'float32'>();
  const result = new Float32Array(free.shape[0] * mask.length);
  let next = 0;
  for (let at = 0; at < result.length; at++) if (mask[at % mask.length]) result[at] = values[next++];
  return tensor(result, [free.shape[0], ...shape]);
}

/** A mask in words: how many entries, and a digest that tells it from others of as many. */
export function summarizeMask(mask: readonly boolean[]): string {
  const [digest] = hashName(mask.map(Number).join(''));
  const free = mask.filter(Boolean).length;
  return `${free} of ${mask.length} entries (mask ${digest.toString(16).padStart(8, '0')})`;
}
