import { crossEntropy } from '@advml/core';
import { lossOf, requireLoss, requireShare } from '@advml/core/internal';
import { add, mean, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { AdversarialObjectiveOptions } from './adversarial-objective.ts';
import { differentiate, inTraining } from './differentiate.ts';
import { attackLabels, requireInnerAttack } from './inner-attack.ts';
import { type MinMaxObjective, minMaxObjective } from './min-max.ts';

/** Settings of {@link mixedObjective}. */
export interface MixedObjectiveOptions extends AdversarialObjectiveOptions {
  /** How much the loss under the attack weighs, in [0, 1]. Default: 1/2, as with Goodfellow et al. */
  readonly weight?: number;
}

/**
 * Clean and adversarial loss of every example, weighed against each other.
 *
 * ```math
 * \frac1n \sum_i \bigl[ (1 - a)\, L(f(x_i), y_i) + a\, L(f(x_i + \delta_i), y_i) \bigr]
 * ```
 *
 * The accuracy is that under the attack. {@link partlyAdversarialObjective} attacks some of the examples instead.
 *
 * @param options - See {@link MixedObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if `weight` is not in [0, 1]; when it is used, if labels and outputs do not belong together.
 * @example
 * ```ts
 * const objective = mixedObjective({ attack: fgsm({ eps: 0.25, loss: crossEntropy }) }); // fgsm from '@advml/attacks'
 * ```
 * @see Goodfellow, Shlens, Szegedy: Explaining and Harnessing Adversarial Examples, 2014 (arXiv:1412.6572), section 6.
 */
export function mixedObjective(options: MixedObjectiveOptions): MinMaxObjective {
  requireInnerAttack('mixedObjective', options, { loss: true, weight: true });
  const { loss = crossEntropy, weight = 0.5, ...inner } = options;
  requireLoss(loss);
  requireShare({ weight });
  return minMaxObjective({
    inner: (context) => attackLabels(context, inner),
    outer: (context, worst) =>
      differentiate(context, () => {
        const { x, y } = context.batch;
        const apply = inTraining(context);
        const [clean, output] = [apply(x), apply(worst)];
        const meanLoss = (of: Tensor) => mean(lossOf(loss, of, y));
        const total = add(mul(meanLoss(clean), 1 - weight), mul(meanLoss(output), weight));
        return { loss: total as Scalar, output };
      }),
  });
}
