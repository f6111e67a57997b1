import { type Box, requireBox } from './box.ts';
import { described } from './described.ts';
import { InputError } from './errors.ts';
import { requireSomeFree, summarizeMask } from './mask.ts';
import type { Norm } from './norm.ts';

/** What an attacker may do: perturbations of bounded size, inputs inside a box if there is one. */
export interface Threat {
  /** How perturbations are measured. */
  readonly norm: Norm;
  /** Their largest size, in input units, in l0 as a number of entries; infinite for attacks that look for the closest adversarial example. */
  readonly eps: number;
  /** Range of the inputs; none where inputs are unbounded. */
  readonly box?: Box;
  /** Which entries of an input may change, in their order in memory; all where there is no mask. */
  readonly mask?: readonly boolean[];
}

/** A threat for the examples of one batch, each with a radius of its own. */
export interface BatchThreat extends Threat {
  /** Radii in input units, one an example, none above `eps`. */
  readonly radii: readonly number[];
}

/** The largest finite radius, and the largest entry of an input: the square of what float32 computes with them is finite. */
export const LARGEST_SIZE = 1e18;

function requireNorm(norm: Norm): void {
  const { name, project, size } = Object(norm) as Partial<Norm>;
  if (typeof name === 'string' && typeof project === 'function' && typeof size === 'function') return;
  throw new InputError(`norm must be l0, l1, l2 or linf of '@advml/core', the value itself, got ${described(norm)}`);
}

function requireRadius(eps: number): void {
  if (typeof eps !== 'number' || !(eps >= 0))
    throw new InputError(`eps must be >= 0 (input units), got ${typeof eps === 'number' ? eps : described(eps)}`);
  if (eps > LARGEST_SIZE && eps < Infinity)
    throw new InputError(
      `eps must be at most ${LARGEST_SIZE.toExponential()} (input units), or Infinity to look for the closest adversarial example, got ${eps}`,
    );
}

/**
 * Refuses what is no threat: none, a norm or a radius in its place, or a record whose parts do not fit.
 *
 * @param owner - Function that takes the threat, as its user calls it.
 * @param threat - What the user gave.
 * @throws {@link InputError} that says what a threat is, or which part of it is wrong.
 * @example
 * ```ts
 * requireThreat('pgd', options.threat);
 * ```
 */
export function requireThreat(owner: string, threat: Threat): void {
  const { norm, eps, box, mask } = Object(threat) as Partial<Threat>;
  if (norm === undefined || eps === undefined)
    throw new InputError(`${owner} needs a threat, such as ball(l2, 0.1), got ${described(threat)}`);
  requireNorm(norm);
  requireRadius(eps);
  if (box !== undefined) requireBox(box);
  if (mask !== undefined) requireSomeFree(mask);
}

/**
 * The threat of all perturbations of size at most `eps`.
 *
 * @param norm - How they are measured.
 * @param eps - Radius in input units (l0: a number of entries), from 0 to 1e18; infinite for attacks that look for the closest adversarial example.
 * @param box - Range of the inputs, such as `{ low: 0, high: 1 }` for images or `{ low: 0, high: Infinity }` for counts. Default: none.
 * @returns A frozen record.
 * @throws {@link InputError} if the norm is none, `eps` is negative, NaN or too large, or the box is empty.
 * @example
 * ```ts
 * const threat = ball(linf, 8 / 255, { low: 0, high: 1 });
 * ```
 */
export function ball(norm: Norm, eps: number, box?: Box): Threat {
  requireNorm(norm);
  requireRadius(eps);
  if (box !== undefined) requireBox(box);
  return Object.freeze(box ? { norm, eps, box: Object.freeze({ ...box }) } : { norm, eps });
}

/**
 * A threat that may change some entries of an input only, such as one region of an image or some columns of a table.
 *
 * @param threat - Any threat.
 * @param mask - One boolean an entry of an input, in their order in memory: true where it may change.
 * @returns A frozen record.
 * @throws {@link InputError} if no entry may change.
 * @example
 * ```ts
 * const firstTwo = withMask(ball(l2, 0.5), [true, true, false]);
 * ```
 */
export function withMask(threat: Threat, mask: readonly boolean[]): Threat {
  requireThreat('withMask', threat);
  requireSomeFree(mask);
  return Object.freeze({ ...threat, mask: Object.freeze([...mask]) });
}

/**
 * A threat for the examples of one batch.
 *
 * @param threat - Any threat.
 * @param count - How many examples there are.
 * @param eps - Their radii, none above the threat's. Default: the threat's own.
 * @returns A frozen record.
 * @throws {@link InputError} if there is not one radius an example, or one is not between 0 and the threat's.
 * @example
 * ```ts
 * const own = forBatch(ball(l2, 0.5), 2, [0.5, 0.1]);
 * ```
 */
export function forBatch(threat: Threat, count: number, eps?: readonly number[]): BatchThreat {
  if (eps && eps.length !== count)
    throw new InputError(`eps must hold ${count} radii, one an example, got ${eps.length ?? described(eps)}`);
  // A radius that was a float32 before, such as a distance found, may be the threat's own with its last bits rounded.
  const bad = eps?.findIndex((radius) => !(radius >= 0 && Math.fround(radius) <= Math.fround(threat.eps))) ?? -1;
  if (bad >= 0)
    throw new InputError(`each example's eps must be from 0 to the threat's, ${threat.eps}, got ${eps?.[bad]}`);
  return Object.freeze({
    ...threat,
    radii: Object.freeze(
      eps ? Array.from(eps, (radius) => Math.min(radius, threat.eps)) : Array<number>(count).fill(threat.eps),
    ),
  });
}

/**
 * A threat in words, such as `l2 eps 0.11` or `linf eps 0.03 in [0, 1]`.
 *
 * Threats that differ have different words: a mask is told by a digest of its entries.
 *
 * @param threat - Any threat.
 * @returns One line.
 * @example
 * ```ts
 * describeThreat(ball(l2, 0.11)); // 'l2 eps 0.11'
 * ```
 */
export function describeThreat({ norm, eps, box, mask }: Threat): string {
  const size = eps === Infinity ? ' of any size' : ` eps ${eps}`;
  const range = box ? ` in [${box.low}, ${box.high}]` : '';
  return `${norm.name}${size}${range}${mask ? `, ${summarizeMask(mask)}` : ''}`;
}
