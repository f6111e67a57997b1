import { perturb, type Threat } from '@advml/core';
import { hasExtraKernel, runExtraKernel } from '@advml/core/internal';
import { add, mul, neg, step, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { widthOf } from './rows.ts';

/** A gradient in the entries that can follow it. */
export interface FreeGradient {
  /** [batch, ...]: 0 where an entry cannot; owned by the caller. */
  readonly free: Tensor;
  /** Places in the batch where the whole gradient leads nowhere: all zero, or with an entry that is not finite. */
  readonly flat: readonly number[];
}

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
 * @returns See {@link FreeGradient}.
 */
export function withoutStuck(gradient: Tensor, at: Tensor, threat: Threat, x: Tensor): FreeGradient {
  if (hasExtraKernel('FreeGradient')) return inOnePass(gradient, at, threat, x);
  return { free: followable(gradient, at, threat, x), flat: flatRows(gradient) };
}

function inOnePass(gradient: Tensor, at: Tensor, { box }: Threat, x: Tensor): FreeGradient {
  const [free, leads] = runExtraKernel(
    'FreeGradient',
    { gradient, at, x },
    { low: box?.low ?? -Infinity, high: box?.high ?? Infinity },
  );
  const marks = leads.dataSync();
  leads.dispose();
  return { free, flat: [...marks.keys()].filter((row) => marks[row] === 0) };
}

function followable(gradient: Tensor, at: Tensor, threat: Threat, x: Tensor): Tensor {
  const { box } = threat;
  if (!box) return gradient.clone();
  return tidy(() => {
    const [bottom, top] = [box.low, box.high].map((bound) => perturb(threat, x, sub(bound, x)));
    const rises = mul(step(sub(top, at)), step(gradient)); // 1 where it can follow, else 0
    const falls = mul(step(sub(at, bottom)), step(neg(gradient)));
    return mul(gradient, add(rises, falls));
  });
}

function flatRows(gradient: Tensor): number[] {
  const [count, width, values] = [gradient.shape[0], widthOf(gradient), gradient.dataSync<'float32'>()];
  const leads = (row: number): boolean => {
    let some = false;
    for (let at = row * width; at < (row + 1) * width; at++) {
      if (!Number.isFinite(values[at])) return false;
      some ||= values[at] !== 0;
    }
    return some;
  };
  return Array.from({ length: count }, (_, row) => row).filter((row) => !leads(row));
}
