import { type JointNetwork, slopesAt, valueAt } from './dual-ascent.ts';
import { intoBall, sizeOf } from './into-ball.ts';
import type { JointSearch } from './search.ts';

/** Steps of one descent. */
const STEPS = 25;

/** The first step as a share of the radius; later ones fall in a straight line. */
const FIRST_STEP = 0.5;

/**
 * Goes down from the worst point that each search has met, inside the ball: what a proof would have to exclude.
 *
 * @param network - The network.
 * @param searches - Their smallest values and points may change.
 */
export function descend({ profile, products, spectrum }: JointNetwork, searches: readonly JointSearch[]): void {
  const points = searches.map(({ at }) => at?.slice() ?? new Float64Array(spectrum.inputs));
  for (let step = 0; step <= STEPS; step++) {
    const moves = products.toNeurons(points);
    for (const [at, search] of searches.entries()) {
      const value = valueAt(profile, search.example.u, moves[at]);
      if (value < search.reached) [search.reached, search.at] = [value, points[at].slice()];
    }
    if (step === STEPS) break;
    const gradients = products.toBasis(searches.map(({ example }, at) => slopesAt(profile, example.u, moves[at])));
    for (const [at, { example }] of searches.entries()) {
      const share = FIRST_STEP * (1 - step / STEPS) * example.radius;
      moveInside(points[at], gradients[at], share, example.radius);
    }
  }
}

/** A step against the gradient, of the given length, then back into the ball. */
function moveInside(point: Float64Array, gradient: Float64Array, length: number, radius: number): void {
  const size = sizeOf(gradient);
  if (!(size > 0)) return;
  for (let j = 0; j < point.length; j++) point[j] -= (length / size) * gradient[j];
  intoBall(point, radius);
}
