import { type Attack, classifier } from '@advml/core';
import { type CleanObjectiveOptions, cleanObjective } from './clean-objective.ts';
import type { Objective } from './objective.ts';

/** Settings of {@link adversarialObjective}. */
export interface AdversarialObjectiveOptions extends CleanObjectiveOptions {
  /** Finds the perturbed inputs; it sees the network in evaluation mode with its parameters held fast. */
  readonly attack: Attack;
}

/**
 * The mean loss over the examples as an attack leaves them: adversarial training.
 *
 * ```math
 * \frac1n \sum_i L(f(x_i + \delta_i), y_i), \qquad
 * \delta_i \approx \operatorname*{arg\,max}_{x_i + \delta \,\in\, \text{threat}} L(f(x_i + \delta), y_i)
 * ```
 *
 * By Danskin's theorem the gradient at the worst inputs, taken as constants, is the gradient of the worst-case loss. The
 * attack gets the child `attack` of the step's key; loss and accuracy are those under the attack.
 *
 * @param options - See {@link AdversarialObjectiveOptions}.
 * @returns An objective.
 * @throws InputError, when it is used, if labels and outputs do not belong together.
 * @example
 * ```ts
 * const objective = adversarialObjective({ attack: fgm({ threat: ball(l2, 0.11) }) }); // fgm from '@advml/attacks'
 * ```
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018
 * (arXiv:1706.06083), section 2.
 */
export function adversarialObjective({ attack, ...options }: AdversarialObjectiveOptions): Objective {
  const atInputs = cleanObjective(options);
  return (context) => {
    const { network, params, batch, key } = context;
    const x = attack.perturb(classifier(network, params), batch.x, batch.y, { key: key.child('attack') });
    try {
      return atInputs({ ...context, batch: { x, y: batch.y } });
    } finally {
      x.dispose();
    }
  };
}
