import { type Batch, type Classifier, type Key, type LoopOptions, perturb, restrict, type Threat } from '@advml/core';
import { requireExamples, requireInteger, requireKey } from '@advml/core/internal';
import { add, mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import { ascendTogether } from './ascend-together.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link findUniversal} may do. */
export interface FindUniversalOptions extends LoopOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Source of random directions where there is no gradient. */
  readonly key: Key;
  /** Gradient steps, each over all examples. Default: 50. */
  readonly steps?: number;
  /** Length of every step as a share of the radius. Default: steps fall evenly from `20 / (steps + 1)`, ten radii in all. */
  readonly stepSize?: number;
  /** Examples evaluated at once. Default: 256. It decides memory and speed, never the result. */
  readonly batchSize?: number;
}

/** A perturbation for every input, and what it does to those it was found on. */
export interface UniversalPerturbation {
  /** Its entries, as many as an input has. */
  readonly delta: Float32Array;
  /** Share of the examples that are wrong with it. An optimistic figure: grade it on other examples. */
  readonly fooled: number;
  /** Gradient evaluations spent on each example. */
  readonly gradients: number;
}

/** One step uphill from a perturbation [1, ...], back into the ball. */
function step(threat: Threat, delta: Tensor, way: Tensor, length: number): Tensor {
  const direction = threat.norm.steepest(restrict(threat, way));
  return threat.norm.project(add(delta, mul(direction, length)), threat.eps);
}

/**
 * One perturbation that fools as many examples as possible, by projected gradient ascent on all of them together.
 *
 * Every step follows the sum of the margin's gradients over the examples that are still right, so that none that has
 * been won outweighs the others; where it is zero, the step is random, and where all are won there is none. The perturbation that fools most is kept, of
 * several the last.
 *
 * ```math
 * \delta_{t+1} = \Pi_\varepsilon\Bigl(\delta_t + \alpha\varepsilon\, s\bigl(\textstyle\sum_{i:\, m_i > 0} \nabla_x (-m_i)(x_i + \delta_t)\bigr)\Bigr)
 * ```
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param options - See {@link FindUniversalOptions}.
 * @returns The perturbation; {@link universal} makes an attack of it.
 * @throws InputError if the radius is infinite, there are no examples, x is not finite, `steps` or `batchSize` is not a positive integer or
 * `stepSize` is not positive.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { delta, fooled } = await findUniversal(model, { x, y }, { threat: ball(l2, 2), key: key('universal', 7) });
 * ```
 * @see Shafahi, Najibi, Xu, Dickerson, Davis, Goldstein: Universal Adversarial Training, 2018 (arXiv:1811.11304), for the
 * ascent on a loss that is cut where an example is won; Moosavi-Dezfooli, Fawzi, Fawzi, Frossard: Universal adversarial
 * perturbations, 2016 (arXiv:1610.08401), for the idea.
 */
export async function findUniversal(
  model: Classifier,
  batch: Batch,
  options: FindUniversalOptions,
): Promise<UniversalPerturbation> {
  requireSettings<FindUniversalOptions>('findUniversal', options, {
    threat: true,
    key: true,
    steps: true,
    stepSize: true,
    batchSize: true,
    onProgress: true,
    signal: true,
  });
  const { threat, key, steps = 50, stepSize, batchSize = 256, onProgress, signal } = options;
  requireKey('key', key);
  requireBudget(threat, 'findUniversal');
  requireInteger({ steps, batchSize }, 1);
  const stepSizes = stepSizesOf(steps, stepSize);
  requireExamples(threat, batch.x, batch.y);

  const shape = [1, ...batch.x.shape.slice(1)];
  const all = [...Array(widthOf(batch.x)).keys()];
  const { values, fooled } = await ascendTogether(model, batch, {
    threat,
    steps,
    batchSize,
    key,
    onProgress,
    signal,
    what: 'the search for a universal perturbation',
    start: new Float32Array(all.length),
    look: (delta) => ({ points: (x) => perturb(threat, x, tensor(delta, shape)), entriesOf: () => all }),
    move: (delta, way, done) => step(threat, tensor(delta, shape), tensor(way, shape), stepSizes[done] * threat.eps),
  });
  return Object.freeze({ delta: values, fooled, gradients: steps + 1 });
}
