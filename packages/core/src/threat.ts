import { add, clipByValue, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';
import type { Key } from './key.ts';
import type { Bounds, Norm } from './norm.ts';
import { requireNonNegative } from './require.ts';

/** Range that every input entry must stay in. */
export interface Box {
  /** Smallest value of an entry. */
  readonly low: number;
  /** Largest value of an entry. */
  readonly high: number;
}

/** What an attacker may do: perturbations of bounded size, inputs inside a box if there is one. */
export interface Threat {
  /** How perturbations are measured. */
  readonly norm: Norm;
  /** Their largest size, in input units. */
  readonly eps: number;
  /** Range of the inputs; none where inputs are unbounded. */
  readonly box?: Box;
}

/**
 * The threat of all perturbations of size at most `eps`.
 *
 * @param norm - How they are measured.
 * @param eps - Radius in input units, >= 0.
 * @param box - Range of the inputs, such as `{ low: 0, high: 1 }` for images; none unless told.
 * @returns A frozen record.
 * @throws {@link InputError} if `eps` is negative or not finite, or the box is empty.
 * @example
 * ```ts
 * const threat = ball(linf, 8 / 255, { low: 0, high: 1 });
 * ```
 */
export function ball(norm: Norm, eps: number, box?: Box): Threat {
  requireNonNegative({ eps }, 'input units');
  if (box && !(box.low < box.high))
    throw new InputError(`box must have low < high, got low ${box.low} and high ${box.high}`);
  return Object.freeze(box ? { norm, eps, box: Object.freeze({ ...box }) } : { norm, eps });
}

/**
 * A threat in words, such as `l2 eps 0.11` or `linf eps 0.03 in [0, 1]`.
 *
 * @param threat - Any threat.
 * @returns One line.
 * @example
 * ```ts
 * describeThreat(ball(l2, 0.11)); // 'l2 eps 0.11'
 * ```
 */
export function describeThreat({ norm, eps, box }: Threat): string {
  return `${norm.name} eps ${eps}${box ? ` in [${box.low}, ${box.high}]` : ''}`;
}

function boundsAround(x: Tensor, box: Box | undefined): Bounds | undefined {
  return box && { low: sub(box.low, x), high: sub(box.high, x) };
}

/**
 * The nearest allowed perturbation, exactly: one projection onto ball and box together.
 *
 * @param threat - What is allowed.
 * @param x - Inputs [batch, ...], inside the box if there is one.
 * @param delta - Wished perturbations [batch, ...].
 * @returns Allowed perturbations [batch, ...], owned by the caller.
 * @example
 * ```ts
 * const allowed = projectDelta(threat, x, delta);
 * ```
 */
export function projectDelta({ norm, eps, box }: Threat, x: Tensor, delta: Tensor): Tensor {
  return tidy(() => norm.project(delta, eps, boundsAround(x, box)));
}

/**
 * A random allowed perturbation of each example: uniform in the ball, then projected into the box if there is one.
 *
 * @param threat - What is allowed.
 * @param x - Inputs [batch, ...].
 * @param keys - One key an example.
 * @returns Perturbations [batch, ...], owned by the caller.
 * @example
 * ```ts
 * const start = randomDelta(threat, x, exampleKeys(key('attack', 0), x.shape[0]));
 * ```
 */
export function randomDelta(threat: Threat, x: Tensor, keys: readonly Key[]): Tensor {
  return tidy(() => {
    const delta = threat.norm.sample(keys, x.shape.slice(1), threat.eps);
    return threat.box ? projectDelta(threat, x, delta) : delta;
  });
}

/**
 * The perturbed inputs, kept inside the box against rounding.
 *
 * @param threat - What is allowed.
 * @param x - Inputs [batch, ...].
 * @param delta - Allowed perturbations [batch, ...].
 * @returns `x + delta` [batch, ...], owned by the caller.
 * @example
 * ```ts
 * const worst = perturb(threat, x, delta);
 * ```
 */
export function perturb({ box }: Threat, x: Tensor, delta: Tensor): Tensor {
  return tidy(() => (box ? clipByValue(add(x, delta), box.low, box.high) : add(x, delta)));
}
