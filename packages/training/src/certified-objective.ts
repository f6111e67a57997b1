import { crossEntropy, InputError, type Schedule, type WorstOutputs } from '@advml/core';
import { described, lossOf, requireLoss, requireOptions, requireShare, scheduleOf } from '@advml/core/internal';
import { add, mean, mul, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { CleanObjectiveOptions } from './clean-objective.ts';
import { differentiate, inTraining, requireExamples } from './differentiate.ts';
import type { Objective } from './objective.ts';

/** Settings of {@link certifiedObjective}. */
export interface CertifiedObjectiveOptions extends CleanObjectiveOptions {
  /** Gives outputs no better than any that a perturbation can cause, such as `intervalOutputs` of `@advml/certify`. */
  readonly worst: WorstOutputs;
  /**
   * Radius in input units, constant or by the step, at most the threat's. Default: the threat's own. Gowal et al. begin with 0 (2,000 steps on
   * MNIST) and then let it grow evenly (in 10,000 steps): a network trained at the full radius from the start may learn nothing.
   */
  readonly eps?: number | Schedule;
  /** How much the clean loss weighs, constant or by the step, in [0, 1]. Default: 1/2, where Gowal et al. end; they begin with 1. */
  readonly kappa?: number | Schedule;
}

/** Refuses what gives no worst outputs. */
function requireWorst(worst: WorstOutputs): void {
  if (typeof worst === 'function' && worst.threat !== undefined) return;
  throw new InputError(
    `certifiedObjective needs worst outputs, such as intervalOutputs({ threat }) of @advml/certify, got ${described(worst)}`,
  );
}

/**
 * The loss at bounds of the outputs, which no attack exceeds, weighed against the clean one: certified training.
 *
 * ```math
 * \frac1n \sum_i \bigl[ \kappa_t\, L(f(x_i), y_i) + (1 - \kappa_t)\, L(\hat z_{\varepsilon_t}(x_i), y_i) \bigr], \qquad
 * L(\hat z_\varepsilon(x), y) \ge \max_{x' \in B_\varepsilon(x)} L(f(x'), y)
 * ```
 *
 * With `intervalOutputs` it is IBP training, with `crownIntervalOutputs` CROWN-IBP; both schedules and the mixture of the latter
 * are functions of the step, from `@advml/optimizers`. The accuracy is that of the bounds: the share that is certified at the
 * step's radius. The bounds see the network in evaluation, the clean loss sees it in training.
 *
 * @param options - See {@link CertifiedObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if `worst` gives no worst outputs or the loss is no function; when it is used, if eps or kappa is out of its range,
 * bounds cannot go through the network, or labels and outputs do not belong together.
 * @example
 * ```ts
 * const threat = ball(linf, 0.1, { low: 0, high: 1 });
 * const objective = certifiedObjective({
 *   worst: intervalOutputs({ threat }), // from '@advml/certify'
 *   eps: linear({ from: 0, to: 0.1, steps: 1000 }), // from '@advml/optimizers'
 *   kappa: linear({ from: 1, to: 0.5, steps: 1000 }),
 * });
 * ```
 * @see Gowal, Dvijotham, Stanforth, Bunel, Qin, Uesato, Arandjelovic, Mann, Kohli: On the Effectiveness of Interval Bound
 * Propagation for Training Verifiably Robust Models, 2018 (arXiv:1810.12715); Zhang, Chen, Xiao, Gowal, Stanforth, Li, Boning, Hsieh:
 * Towards Stable and Efficient Training of Verifiably Robust Neural Networks, 2019 (arXiv:1906.06316).
 */
export function certifiedObjective(options: CertifiedObjectiveOptions): Objective {
  requireOptions<CertifiedObjectiveOptions>('certifiedObjective', options, {
    worst: true,
    eps: true,
    kappa: true,
    loss: true,
  });
  const { worst, loss = crossEntropy } = options;
  requireWorst(worst);
  requireLoss(loss);
  const radius = scheduleOf('eps', options.eps ?? worst.threat.eps);
  const weight = scheduleOf('kappa', options.kappa ?? 0.5);
  return (context) => {
    requireExamples(context, worst.threat);
    return differentiate(context, () => {
      const { network, params, step } = context;
      const { x, y } = context.batch;
      const [eps, kappa] = [radius(step), weight(step)];
      requireShare({ kappa });
      const meanLoss = (output: Tensor) => mean(lossOf(loss, output, y));
      const clean = inTraining(context)(x);
      const output = worst({ network, params, x, y, eps, step });
      return { loss: add(mul(meanLoss(clean), kappa), mul(meanLoss(output), 1 - kappa)) as Scalar, output };
    });
  };
}
