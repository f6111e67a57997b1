import { type CleanObjectiveOptions, cleanObjective } from './clean-objective.ts';
import { attackLabels, type InnerAttackOptions, requireInnerAttack } from './inner-attack.ts';
import { type MinMaxObjective, minMaxObjective } from './min-max.ts';

/** Settings of {@link adversarialObjective}. */
export interface AdversarialObjectiveOptions extends CleanObjectiveOptions, InnerAttackOptions {}

/**
 * The mean loss over the examples as an attack leaves them: adversarial training.
 *
 * ```math
 * \frac1n \sum_i L(f(x_i + \delta_i), y_i), \qquad
 * \delta_i \approx \operatorname*{arg\,max}_{x_i + \delta \,\in\, \text{threat}} L(f(x_i + \delta), y_i)
 * ```
 *
 * With `pgd` it is the training of Madry et al., who take 7 steps of 2/255 in linf of radius 8/255 on CIFAR-10 and 40 steps of
 * 0.01 in radius 0.3 on MNIST. With one step of `fgm` from a random start it is "Fast" (Wong et al.), to be watched with
 * {@link overfittingCheck}. Loss and accuracy are those under the attack.
 *
 * @param options - See {@link AdversarialObjectiveOptions}.
 * @returns An objective.
 * @throws InputError, when it is used, if labels and outputs do not belong together.
 * @example
 * ```ts
 * const threat = ball(linf, 8 / 255, { low: 0, high: 1 });
 * const madry = adversarialObjective({ attack: pgd({ threat, steps: 7, stepSize: 0.25, loss: crossEntropy }) }); // from '@advml/attacks'
 * const fast = adversarialObjective({ attack: fgm({ threat, start: 'random', loss: crossEntropy }), attackMode: 'training' });
 * ```
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018
 * (arXiv:1706.06083), section 2; Wong, Rice, Kolter: Fast is better than free, 2020 (arXiv:2001.03994), for the single step.
 */
export function adversarialObjective(options: AdversarialObjectiveOptions): MinMaxObjective {
  requireInnerAttack('adversarialObjective', options, { loss: true });
  const { loss, ...inner } = options;
  const atInputs = cleanObjective({ loss });
  return minMaxObjective({
    inner: (context) => attackLabels(context, inner),
    outer: (context, x) => atInputs({ ...context, batch: { x, y: context.batch.y } }),
  });
}
