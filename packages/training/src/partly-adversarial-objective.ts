import { InputError } from '@advml/core';
import { requireShare } from '@advml/core/internal';
import { concat, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { AdversarialObjectiveOptions } from './adversarial-objective.ts';
import { cleanObjective } from './clean-objective.ts';
import { requireExamples } from './differentiate.ts';
import { attackLabels, type InnerAttackOptions, requireInnerAttack } from './inner-attack.ts';
import { type MinMaxObjective, minMaxObjective } from './min-max.ts';
import type { ObjectiveContext } from './objective.ts';

/** Settings of {@link partlyAdversarialObjective}. */
export interface PartlyAdversarialObjectiveOptions extends AdversarialObjectiveOptions {
  /** Share of the batch that is attacked, in [0, 1], rounded to whole examples. Default: 1/2, as with Kurakin et al. */
  readonly share?: number;
}

/**
 * The mean loss over a batch whose first examples are attacked and whose others are clean.
 *
 * ```math
 * \frac1n \Bigl[ \sum_{i \le k} L(f(x_i + \delta_i), y_i) + \sum_{i > k} L(f(x_i), y_i) \Bigr], \qquad k \approx s\,n
 * ```
 *
 * Batches must be in random order, as those of `fixedBatches` and `freshBatches` are. One pass sees the whole batch, so a
 * network with batch statistics sees those of the mixture. Every example weighs the same, where Kurakin et al. let the attacked
 * ones weigh 0.3. Loss and accuracy are those of the mixture.
 *
 * @param options - See {@link PartlyAdversarialObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if `share` is not in [0, 1]; when it is used, if it comes to no example of the batch although it is not 0, or
 * labels and outputs do not belong together.
 * @example
 * ```ts
 * const objective = partlyAdversarialObjective({ attack: bim({ threat }), share: 0.25 }); // bim from '@advml/attacks'
 * ```
 * @see Kurakin, Goodfellow, Bengio: Adversarial Machine Learning at Scale, 2017 (arXiv:1611.01236), section 3.
 */
export function partlyAdversarialObjective(options: PartlyAdversarialObjectiveOptions): MinMaxObjective {
  requireInnerAttack('partlyAdversarialObjective', options, { loss: true, share: true });
  const { loss, share = 0.5, ...inner } = options;
  requireShare({ share });
  const atInputs = cleanObjective({ loss });
  return minMaxObjective({
    inner: (context) => attackFirst(context, share, inner),
    outer: (context, x) => atInputs({ ...context, batch: { x, y: context.batch.y } }),
  });
}

function attackFirst(context: ObjectiveContext, share: number, inner: InnerAttackOptions): Tensor {
  const { x, y } = context.batch;
  requireExamples(context, inner.attack.threat);
  const attacked = Math.round(share * x.shape[0]);
  if (attacked === 0) {
    if (share > 0) throw new InputError(`share must come to an example of ${x.shape[0]}, got ${share}`);
    return x.clone();
  }
  return tidy(() => {
    const batch = { x: slice(x, 0, attacked), y: slice(y, 0, attacked) };
    const worst = attackLabels({ ...context, batch }, inner);
    return attacked === x.shape[0] ? worst : concat([worst, slice(x, attacked)], 0);
  });
}
