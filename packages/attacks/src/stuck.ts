import type { Box } from '@advml/core';
import { add, mul, neg, step, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** How near to its bound an entry counts as being there, as a share of the box: rounding may keep it from the bound. */
const NEAR = 1e-6;

/**
 * A gradient without the entries that push against the box: those are at their bound and cannot follow.
 *
 * Without this, the steepest step of l1, which moves a single entry, would push at the same bound for ever.
 *
 * @param gradient - [batch, ...].
 * @param at - The points [batch, ...] it was taken at, inside the box.
 * @param box - The range of the points.
 * @returns A tensor like `gradient`, owned by the caller.
 */
export function withoutStuck(gradient: Tensor, at: Tensor, { low, high }: Box): Tensor {
  const near = NEAR * (high - low);
  return tidy(() => {
    const atTop = mul(step(sub(at, high - near)), step(gradient)); // 1 where stuck, else 0
    const atBottom = mul(step(sub(low + near, at)), step(neg(gradient)));
    return mul(gradient, sub(1, add(atTop, atBottom)));
  });
}
