import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';

/** Refuses what are no distances. */
function requireDistances(name: string, distances: ArrayLike<number>): void {
  if (typeof distances !== 'object' || !Number.isInteger(distances?.length))
    throw new InputError(`${name} must be an array of distances, one an example, got ${described(distances)}`);
  const bad = Array.prototype.findIndex.call(distances, (size: number) => !(size >= 0));
  if (bad >= 0)
    throw new InputError(
      `${name} must be >= 0 (input units), or Infinity for no error, got ${distances[bad]} at ${bad}`,
    );
}

/**
 * How close an attack comes to the closest errors there are, as one number: 1 for the best, 0 for one that finds nothing.
 *
 * The curve of robust accuracy over the radius that the attack's distances make lies above that of the best distances. The figure is
 * the share that the area above the one curve has of the area above the other, up to the radius where the best curve comes to zero:
 *
 * ```math
 * \xi = \frac{\sum_i \bigl(\varepsilon_0 - \min(d_i, \varepsilon_0)\bigr)}{\sum_i (\varepsilon_0 - d_i^\star)}, \qquad
 * \varepsilon_0 = \max_i d_i^\star
 * ```
 *
 * over the examples that the model gets right. AttackBench takes for the best distance that of the best of all its attacks, each with 2,000
 * passes forward and back an example. Where the closest error is known exactly, take that. A certified radius is no more than any distance:
 * with it the figure tells how much attack and proof leave open between them.
 *
 * @param distances - Of the attack, one an example, in input units: 0 where the model is wrong as it stands, infinite where nothing was found.
 * @param best - The smallest distances that are known of the same examples, or lower bounds; finite.
 * @returns The share, from 0 to 1; above 1 where an attack comes closer than what should be the best.
 * @throws InputError if the lists are of different length, a distance is negative or no number, a best one is infinite, or all best ones
 * that are not zero are the same, so that the area is zero.
 * @example
 * ```ts
 * optimality([1, 2.5, Infinity], [1, 2, 4]); // (3 + 1.5 + 0) / (3 + 2 + 0) = 0.9
 * ```
 * @see Cina, Rony, Pintor, Demetrio, Demontis, Biggio, Ben Ayed, Roli: AttackBench: Evaluating Gradient-based Attacks for Adversarial
 * Examples, 2024 (arXiv:2404.19460), section 3.
 */
export function optimality(distances: ArrayLike<number>, best: ArrayLike<number>): number {
  requireDistances('distances', distances);
  requireDistances('best', best);
  if (distances.length !== best.length)
    throw new InputError(`best must hold ${distances.length} distances, one an example, got ${best.length}`);
  const most = Array.from(best).reduce((largest, size) => Math.max(largest, size), 0);
  if (most === Infinity)
    throw new InputError('best must be finite, got Infinity; leave out examples without a known error');
  let [found, known] = [0, 0];
  for (let at = 0; at < best.length; at++) {
    if (best[at] === 0) continue;
    found += most - Math.min(distances[at], most);
    known += most - best[at];
  }
  if (known > 0) return found / known;
  throw new InputError('optimality needs best distances that differ, got the same for all examples that are right');
}
