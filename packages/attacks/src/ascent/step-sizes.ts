import { requirePositive } from '@advml/core/internal';

/** The way of all steps together, in radii. */
const WAY = 10;

/**
 * The lengths of an ascent's steps: one for all, if told, or falling ones.
 *
 * On a sphere, steps of way `s` bring the angle to the gradient down to a share of about `exp(-s)` of it, however many they are;
 * from a point of bad luck the first two radii are spent on the way across the ball. So the way must be long: ten radii reach the
 * optimum of a linear model from anywhere. Steps that fall end as short ones in spite of that, where a model is curved.
 *
 * ```math
 * \alpha_t = 10\, \frac{2 (K - t)}{K (K + 1)}, \qquad t = 0, \dots, K - 1
 * ```
 *
 * @param steps - How many steps.
 * @param stepSize - The length of each as a share of the radius, if told.
 * @returns One share of the radius a step.
 * @throws InputError if `stepSize` is not positive.
 */
export function stepSizesOf(steps: number, stepSize?: number): readonly number[] {
  if (stepSize !== undefined) requirePositive({ stepSize }, 'a share of the radius');
  const shortest = (2 * WAY) / (steps * (steps + 1));
  return Array.from({ length: steps }, (_, step) => stepSize ?? (steps - step) * shortest);
}
