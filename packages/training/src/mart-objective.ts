import { requireNonNegative } from '@advml/core/internal';
import {
  add,
  argMax,
  cast,
  div,
  exp,
  logSumExp,
  mean,
  mul,
  oneHot,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { differentiate, inTraining } from './differentiate.ts';
import { attackLabels, type InnerAttackOptions, requireInnerAttack } from './inner-attack.ts';
import { klDivergence } from './kl-divergence.ts';
import { asLogits, logProbabilities } from './log-probabilities.ts';
import { type MinMaxObjective, minMaxObjective } from './min-max.ts';

/** Settings of {@link martObjective}. */
export interface MartObjectiveOptions extends InnerAttackOptions {
  /** Weight $\lambda$ of the divergence, >= 0. Default: 5, as the paper has it for ResNet-18. */
  readonly lambda?: number;
}

/**
 * MART: a cross-entropy with margin under the attack, and a divergence that counts most where the clean example is wrong.
 *
 * ```math
 * \frac1n \sum_i \Bigl[ -\log p_{y_i}(x_i') - \log\bigl(1 - \max_{k \ne y_i} p_k(x_i')\bigr)
 * + \lambda \operatorname{KL}\bigl(p(x_i) \,\|\, p(x_i')\bigr) \bigl(1 - p_{y_i}(x_i)\bigr) \Bigr], \qquad
 * x_i' \approx \operatorname*{arg\,max}_{x' \,\in\, \text{threat}} L(f(x'), y_i)
 * ```
 *
 * The logarithms are taken of sums of exponentials, with nothing added to keep them finite. The paper's attack raises the
 * cross-entropy, from $x + 0.001\,N(0, 1)$, with 10 steps of 0.007 in linf of radius 0.031; here the `attack` raises its own
 * loss. The gradient goes through both $p(x)$ and $p(x')$, as in the authors' code. The accuracy is that at $x'$.
 *
 * @param options - See {@link MartObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if `lambda` is negative or not finite; when it is used, if labels and outputs do not belong together.
 * @example
 * ```ts
 * const threat = ball(linf, 0.031, { low: 0, high: 1 });
 * const settings = { steps: 10, stepSize: 0.007 / 0.031, start: gaussianStart(0.001), loss: crossEntropy };
 * const objective = martObjective({ attack: pgd({ threat, ...settings }) }); // gaussianStart from '@advml/attacks/parts'
 * ```
 * @see Wang, Zou, Yi, Bailey, Ma, Gu: Improving Adversarial Robustness Requires Revisiting Misclassified Examples, ICLR 2020.
 */
export function martObjective(options: MartObjectiveOptions): MinMaxObjective {
  requireInnerAttack('martObjective', options, { lambda: true });
  const { lambda = 5, ...inner } = options;
  requireNonNegative({ lambda });
  return minMaxObjective({
    inner: (context) => attackLabels(context, inner),
    outer: (context, worst) =>
      differentiate(context, () => {
        const { x, y } = context.batch;
        const apply = inTraining(context);
        const [clean, output] = [apply(x), apply(worst)];
        const doubt = sub(1, sum(mul(exp(logProbabilities(clean)), ownClass(clean, y)), 1)); // 1 - p_y(x), [batch]
        const weighted = mul(mul(klDivergence(clean, output), doubt), lambda);
        return { loss: mean(add(boostedCrossEntropy(output, y), weighted)) as Scalar, output };
      }),
  });
}

/** One where the label is, [batch, classes]; of scores the labels -1 and +1 are the classes 0 and 1. */
function ownClass(output: Tensor, y: Tensor1D): Tensor2D {
  const classes = output.rank === 1 ? div(add(y, 1), 2) : y;
  return cast(oneHot(cast(classes, 'int32'), asLogits(output).shape[1]), 'float32') as Tensor2D;
}

/** More than any logit; taken from those that must not count. */
const HUGE = 3e38;

/** Cross-entropy and the logarithm of what the strongest wrong class leaves to the others, [batch]. */
function boostedCrossEntropy(output: Tensor, y: Tensor1D): Tensor1D {
  return tidy(() => {
    const logits = asLogits(output);
    const own = ownClass(output, y);
    const rival = oneHot(argMax(sub(logits, mul(own, HUGE)), 1), logits.shape[1]);
    const total = logSumExp(logits, 1);
    const left = logSumExp(sub(logits, mul(cast(rival, 'float32'), HUGE)), 1); // all classes but the rival
    return sub(sub(add(total, total), left), sum(mul(logits, own), 1));
  });
}
