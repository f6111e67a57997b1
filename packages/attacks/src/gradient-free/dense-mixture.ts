import { type Attack, type BatchThreat, InputError, projectDelta, restrict, type Threat } from '@advml/core';
import { forBatch, requireNumbers } from '@advml/core/internal';
import { neg, outerProduct, reshape, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { requireSettings } from '../search/require-settings.ts';
import { scaleRows, widthOf } from '../search/rows.ts';
import type { Found, SearchTask } from '../search/search.ts';
import type { StartFunction } from '../search/start.ts';

/** What {@link denseMixture} needs. */
export interface DenseMixtureOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** The mixture of all features, such as $`M w^\star`$: as many numbers as an input has; only its direction counts. */
  readonly direction: ArrayLike<number>;
}

function requireSigns(labels: Tensor1D): void {
  const bad = labels.dataSync().find((label) => label !== 1 && label !== -1);
  if (bad !== undefined) {
    throw new InputError(
      `the dense mixture attacks scores, whose labels are -1 or +1, got a label ${bad}; use pgd for logits`,
    );
  }
}

/** A copy of the direction, which leads somewhere. */
function directionOf({ direction }: DenseMixtureOptions): Float32Array {
  requireNumbers({ direction });
  const own = Float32Array.from(direction);
  if (own.every((value) => value === 0)) throw new InputError('direction must be finite and not zero');
  return own;
}

/** `sign_i` times the longest allowed step along the direction, for each example. */
function along(threat: BatchThreat, direction: ArrayLike<number>, x: Tensor, signs: Tensor1D): Tensor {
  if (direction.length !== widthOf(x)) {
    throw new InputError(`direction must hold ${widthOf(x)} numbers, as an input does, got ${direction.length}`);
  }
  return tidy(() => {
    const along = reshape(tensor1d(Array.from(direction)), [1, direction.length]);
    const step = reshape(threat.norm.steepest(restrict(threat, along)), [direction.length]) as Tensor1D;
    const delta = reshape(outerProduct(signs, step), x.shape);
    return projectDelta(threat, x, scaleRows(delta, threat.radii));
  });
}

/**
 * The dense mixture as a start for an ascent: `pgd` then goes on from the attack of {@link denseMixture}.
 *
 * @param options - See {@link DenseMixtureOptions}.
 * @returns A start for untargeted attacks on scores.
 * @throws InputError if the direction is zero or not finite; when called, if it does not fit the inputs or labels are not -1 or +1.
 * @example
 * ```ts
 * const attack = pgd({ threat, steps: 100, start: mixtureStart({ threat, direction }) });
 * ```
 */
export function mixtureStart(options: DenseMixtureOptions): StartFunction {
  requireSettings<DenseMixtureOptions>('mixtureStart', options, { threat: true, direction: true });
  const { threat } = options;
  const direction = directionOf(options);
  return (x, y) => {
    requireSigns(y);
    return tidy(() => along(forBatch(threat, x.shape[0]), direction, x, neg(y)));
  };
}

/**
 * The attack of the feature-purification paper: every input moves against its label along one direction, the mixture
 * of all features, without looking at the model.
 *
 * ```math
 * \delta = -y\, \varepsilon\, s(M w^\star), \qquad s(v) = v / \|v\|_2 \text{ in } \ell_2
 * ```
 *
 * In other norms `s` is the norm's steepest step. The model must give scores; targets are signs too. A goal that is a function
 * changes nothing: the mixture moves against the labels.
 *
 * @param options - See {@link DenseMixtureOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the radius is infinite, or the direction is zero or not finite; when called, if it does not fit the inputs or labels are
 * not -1 or +1.
 * @example
 * ```ts
 * const attack = denseMixture({ threat: ball(l2, 0.11), direction });
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020
 * (arXiv:2005.10190).
 */
export function denseMixture(options: DenseMixtureOptions): Attack {
  requireSettings<DenseMixtureOptions>('denseMixture', options, { threat: true, direction: true });
  const { threat } = options;
  requireBudget(threat, 'denseMixture');
  const own = directionOf(options);
  const perturbation = ({ threat: allowed, x, labels, targeted }: SearchTask): Tensor => {
    requireSigns(labels);
    return tidy(() => along(allowed, own, x, targeted ? labels : (neg(labels) as Tensor1D)));
  };
  const search = (task: SearchTask): Found => ({
    delta: perturbation(task),
    gradients: new Int32Array(task.keys.length),
    zeroGradient: task.keys.map(() => false),
  });
  return graded(`dense mixture-${threat.norm.name}`, threat, search, perturbation);
}
