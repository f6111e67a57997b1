import { perturb, type Threat } from '@advml/core';
import { add, mul, neg, step, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * A gradient without the entries that push against the box: those are at their bound and cannot follow.
 *
 * Without this, the steepest step of l1, which moves a single entry, would push at the same bound for ever. An entry is at
 * its bound where it is as far as a perturbation takes it, rounding included, whatever the size of the box.
 *
 * @param gradient - [batch, ...].
 * @param at - The points [batch, ...] it was taken at, inside the box.
 * @param threat - Its box, if any, is the range of the points.
 * @param x - The inputs [batch, ...] that they are perturbations of.
 * @returns A tensor like `gradient`, owned by the caller.
 */
export function withoutStuck(gradient: Tensor, at: Tensor, threat: Threat, x: Tensor): Tensor {
  const { box } = threat;
  if (!box) return gradient.clone();
  return tidy(() => {
    const [bottom, top] = [box.low, box.high].map((bound) => perturb(threat, x, sub(bound, x)));
    const rises = mul(step(sub(top, at)), step(gradient)); // 1 where it can follow, else 0
    const falls = mul(step(sub(at, bottom)), step(neg(gradient)));
    return mul(gradient, add(rises, falls));
  });
}
