import { type Attack, InputError, projectDelta, type Threat } from '@advml/core';
import { requireNumbers } from '@advml/core/internal';
import { add, type Tensor, tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { graded } from '../search/graded.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import type { Found, SearchTask } from '../search/search.ts';

/** What {@link universal} needs. */
export interface UniversalOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** The perturbation, as many numbers as an input has; see {@link findUniversal}. */
  readonly delta: ArrayLike<number>;
}

/** The perturbation for every example, if it fits the inputs. */
function spread(delta: Float32Array, x: Tensor): Tensor {
  if (delta.length !== widthOf(x))
    throw new InputError(`delta must hold ${widthOf(x)} numbers, as an input does, got ${delta.length}`);
  return add(zerosLike(x), tensor(delta, [1, ...x.shape.slice(1)]));
}

/**
 * The same perturbation for every input, whatever the model says.
 *
 * What of it the threat does not allow is projected away: by the ball, the box around the input, the mask. Find it on one set with {@link findUniversal} and grade it on another.
 *
 * ```math
 * x_i' = x_i + \Pi_{\mathcal B_i}(\delta)
 * ```
 *
 * @param options - See {@link UniversalOptions}.
 * @returns An attack without gradients or queries; its result's `x` is owned by the caller.
 * @throws InputError if `delta` is not finite; when called, if it does not fit the inputs.
 * @example
 * ```ts
 * const { delta } = await findUniversal(model, { x, y }, { threat, key: key('universal', 7) });
 * const attack = universal({ threat, delta });
 * ```
 * @see Moosavi-Dezfooli, Fawzi, Fawzi, Frossard: Universal adversarial perturbations, 2016 (arXiv:1610.08401).
 */
export function universal(options: UniversalOptions): Attack {
  requireSettings<UniversalOptions>('universal', options, { threat: true, delta: true }, true);
  const { threat, delta } = options;
  requireNumbers({ delta });
  const own = Float32Array.from(delta);
  const perturbation = ({ threat: allowed, x }: SearchTask): Tensor =>
    tidy(() => projectDelta(allowed, x, spread(own, x)));
  const search = (task: SearchTask): Found => ({
    delta: perturbation(task),
    gradients: new Int32Array(task.keys.length),
    zeroGradient: task.keys.map(() => false),
  });
  return graded(`universal perturbation-${threat.norm.name}`, threat, search, perturbation);
}
