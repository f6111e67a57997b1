import { mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';
import type { Threat } from './threat.ts';
import { hashName } from './threefry.ts';

/** Refuses a mask that does not have one entry for each of an input. */
export function requireMask(mask: readonly boolean[], batch: Tensor): void {
  const width = batch.size / batch.shape[0];
  if (mask.length !== width)
    throw new InputError(`mask must hold ${width} booleans, one an entry of an input, got ${mask.length}`);
}

/**
 * Gradients or perturbations without the entries that may not change: zero there.
 *
 * @param threat - Its mask, if any, says which entries may change.
 * @param batch - [batch, ...].
 * @returns A tensor of the same shape, owned by the caller.
 * @throws {@link InputError} if the mask does not fit.
 * @example
 * ```ts
 * const step = threat.norm.steepest(restrict(threat, gradient));
 * ```
 */
export function restrict({ mask }: Threat, batch: Tensor): Tensor {
  if (!mask) return batch.clone();
  requireMask(mask, batch);
  const free = tensor(Float32Array.from(mask, Number), [1, ...batch.shape.slice(1)]);
  const result = mul(batch, free);
  free.dispose();
  return result;
}

/**
 * The first example that changed in an entry that it may not change.
 *
 * @param threat - Its mask, if any, says which entries may change.
 * @param x - Inputs [batch, ...]; read back from the backend.
 * @param worst - Perturbed inputs [batch, ...].
 * @returns Its place in the batch; -1 if there is none.
 * @example
 * ```ts
 * if (firstOffMask(threat, x, worst) >= 0) throw new Error('the attack left its mask');
 * ```
 */
export function firstOffMask({ mask }: Threat, x: Tensor, worst: Tensor): number {
  if (!mask) return -1;
  const [before, after] = [x.dataSync(), worst.dataSync()];
  const entry = before.findIndex((value, at) => !mask[at % mask.length] && value !== after[at]);
  return entry < 0 ? -1 : Math.floor(entry / mask.length);
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
