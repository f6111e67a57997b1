import { crossEntropy } from '@advml/core';
import { lossOf, outputOf, requireLoss, requireNonNegative } from '@advml/core/internal';
import {
  add,
  cast,
  gather,
  mean,
  mul,
  range,
  type Scalar,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';
import type { CleanObjectiveOptions } from './clean-objective.ts';
import { differentiate, inTraining, requireExamples } from './differentiate.ts';
import { type InnerAttackOptions, requireInnerAttack, underAttack } from './inner-attack.ts';
import { klDivergence } from './kl-divergence.ts';
import { type MinMaxObjective, minMaxObjective } from './min-max.ts';
import type { ObjectiveContext } from './objective.ts';

/** Settings of {@link tradesObjective}. */
export interface TradesObjectiveOptions extends CleanObjectiveOptions, InnerAttackOptions {
  /** Weight of the divergence, >= 0. Default: 6, as on CIFAR-10 (on MNIST the paper's figures are for 1 and 6). */
  readonly beta?: number;
}

/**
 * TRADES: the loss on the clean examples, and how far an attack can move the class probabilities.
 *
 * ```math
 * \frac1n \sum_i \Bigl[ L(f(x_i), y_i) + \beta \operatorname{KL}\bigl(p(x_i) \,\|\, p(x_i')\bigr) \Bigr], \qquad
 * x_i' \approx \operatorname*{arg\,max}_{x' \,\in\, \text{threat}} \operatorname{KL}\bigl(p(x_i) \,\|\, p(x')\bigr)
 * ```
 *
 * The attack raises the divergence, whatever its own loss is: it is given as its goal. At $x$ itself the divergence is flat, so
 * the attack must start beside it: `gaussianStart(0.001)` of `@advml/attacks/parts` is the paper's start. It should be one that does not
 * stop early; `perturb` of `pgd` never does. The paper takes 10 steps of 0.007 in linf of radius 0.031 on CIFAR-10.
 *
 * The gradient goes through both $p(x)$ and $p(x')$, as in the authors' code. The accuracy is that at $x'$.
 *
 * @param options - See {@link TradesObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if `beta` is negative or not finite; when it is used, if labels and outputs do not belong together.
 * @example
 * ```ts
 * const threat = ball(linf, 0.031, { low: 0, high: 1 });
 * const attack = pgd({ threat, steps: 10, stepSize: 0.007 / 0.031, start: gaussianStart(0.001) }); // from '@advml/attacks/parts'
 * const objective = tradesObjective({ attack });
 * ```
 * @see Zhang, Yu, Jiao, Xing, El Ghaoui, Jordan: Theoretically Principled Trade-off between Robustness and Accuracy, 2019
 * (arXiv:1901.08573), algorithm 1.
 */
export function tradesObjective(options: TradesObjectiveOptions): MinMaxObjective {
  requireInnerAttack('tradesObjective', options, { loss: true, beta: true });
  const { loss = crossEntropy, beta = 6, ...inner } = options;
  requireLoss(loss);
  requireNonNegative({ beta });
  return minMaxObjective({
    inner: (context) => attackProbabilities(context, inner),
    outer: (context, worst) =>
      differentiate(context, () => {
        const { x, y } = context.batch;
        const apply = inTraining(context);
        const [clean, output] = [apply(x), apply(worst)];
        const divergence = mul(mean(klDivergence(clean, output)), beta);
        return { loss: add(mean(lossOf(loss, clean, y)), divergence) as Scalar, output };
      }),
  });
}

/** Raises the divergence from the clean outputs. The labels that the attack carries are the rows of those outputs. */
function attackProbabilities(context: ObjectiveContext, { attack, attackMode }: InnerAttackOptions): Tensor {
  const { x } = context.batch;
  requireExamples(context, attack.threat);
  const model = underAttack(context, attackMode);
  return tidy(() => {
    const clean = outputOf(model, x);
    const goal = (output: Tensor, rows: Tensor1D) => klDivergence(gather(clean, cast(rows, 'int32')), output);
    const rows = range(0, x.shape[0], 1, 'int32');
    return attack.perturb(model, x, rows, { key: context.key.child('attack'), goal });
  });
}
