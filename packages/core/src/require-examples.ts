import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { requireInBox } from './box.ts';
import { InputError } from './errors.ts';
import { requireFinite, requireShape } from './require.ts';
import { requireTensor } from './require-tensor.ts';
import { LARGEST_SIZE, type Threat } from './threat.ts';

/**
 * Refuses examples that a threat cannot be about, before any work is done.
 *
 * @param threat - Its box, if any, must hold all inputs; its mask must fit them.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @throws {@link InputError} if x and y are no tensors, there is no example, x is not finite, too large or not in its box, labels are
 * not one an example, or the mask does not fit.
 * @example
 * ```ts
 * requireExamples(threat, x, y);
 * ```
 */
export function requireExamples({ box, mask }: Threat, x: Tensor, y: Tensor1D): void {
  requireTensor('x', x);
  requireTensor('y', y, ['float32', 'int32']);
  if (x.rank < 2 || x.size === 0) {
    throw new InputError(`x must have shape [batch, ...] with at least one example, got [${x.shape.join(', ')}]`);
  }
  requireFinite('x', x);
  const bad = x.dataSync().find((value) => Math.abs(value) > LARGEST_SIZE);
  if (bad !== undefined)
    throw new InputError(`x must hold numbers of at most ${LARGEST_SIZE.toExponential()}, got ${bad}; scale x`);
  if (box) requireInBox('x', x, box);
  requireShape('y', y, [x.shape[0]]);
  const width = x.size / x.shape[0];
  if (mask && mask.length !== width)
    throw new InputError(`the threat's mask must hold ${width} booleans, as an input does, got ${mask.length}`);
}
