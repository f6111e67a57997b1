import { crossEntropy, InputError, perturb, restrict, type Threat } from '@advml/core';
import {
  lossOf,
  requireLoss,
  requireOptions,
  requirePositive,
  requireShape,
  requireStrictNorm,
  requireTensor,
  requireThreat,
} from '@advml/core/internal';
import { add, mean, mul, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { CleanObjectiveOptions } from './clean-objective.ts';
import { differentiate, inTraining, requireExamples } from './differentiate.ts';
import type { Objective } from './objective.ts';

/** Settings of {@link freeObjective}. */
export interface FreeObjectiveOptions extends CleanObjectiveOptions {
  /** The ball (norm and finite radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Length of a step of the perturbation as a share of the radius, > 0. Default: 1, as in the paper. */
  readonly stepSize?: number;
}

/** The perturbation among what is differentiated; no parameter has blanks in its name. */
const DELTA = 'perturbation of the inputs';

/**
 * "Free" adversarial training: one pass forward and back serves the weights and the perturbation alike.
 *
 * ```math
 * g_w = \nabla_w \frac1n \sum_i L(f_w(x_i + \delta_i), y_i), \qquad
 * \delta_i \leftarrow \Pi_\varepsilon\bigl(\delta_i + \alpha\varepsilon\, s(\nabla_{\delta_i} L(f_w(x_i + \delta_i), y_i))\bigr)
 * ```
 *
 * Each batch must come several times in a row, as {@link replayBatches} gives it; the perturbation, one for each place in the
 * batch, goes on from step to step and from batch to batch. It starts at zero and is part of the training state, as
 * `memory.delta`, so that a resumed run ends in the same bits. All batches must have the same size. The box, if any, clips the
 * inputs, not the perturbation. Loss and accuracy are those at the perturbed inputs.
 *
 * @param options - See {@link FreeObjectiveOptions}.
 * @returns An objective; with {@link replayBatches} of `m` replays, `m` steps of `fit` are one batch of the paper.
 * @throws InputError if the norm is l0, the radius is infinite or `stepSize` not positive; when it is used, if the shape of the batch
 * changes, or an input is outside the box, or labels and outputs do not belong together.
 * @example
 * ```ts
 * const objective = freeObjective({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }) });
 * const trained = await fit({ objective, batches: replayBatches(source, 8), network, params, optimizer, steps: 8000, key: key('run', 0) });
 * ```
 * @see Shafahi, Najibi, Ghiasi, Xu, Dickerson, Studer, Davis, Taylor, Goldstein: Adversarial Training for Free!, 2019
 * (arXiv:1904.12843), algorithm 1.
 */
export function freeObjective(options: FreeObjectiveOptions): Objective {
  requireOptions<FreeObjectiveOptions>('freeObjective', options, { threat: true, stepSize: true, loss: true });
  const { threat, stepSize = 1, loss = crossEntropy } = options;
  requireThreat('freeObjective', threat);
  const { norm, eps } = threat;
  requireStrictNorm('freeObjective', norm, 'use adversarialObjective with sparsePgd');
  if (eps === Infinity) throw new InputError('freeObjective needs a ball of finite eps, got Infinity');
  requirePositive({ stepSize }, 'a share of the radius');
  requireLoss(loss);
  return (context) => {
    const { params, batch, step, memory } = context;
    const { x, y } = batch;
    requireExamples(context, threat);
    if (memory) {
      requireTensor('memory.delta', memory.delta);
      requireShape('the perturbation of the batch before', memory.delta, x.shape);
    }
    return tidy(() => {
      const delta = memory?.delta ?? zerosLike(x);
      const { gradients: all, ...numbers } = differentiate(
        { params: { ...params, [DELTA]: delta }, batch, step },
        () => {
          const output = inTraining(context)(perturb(threat, x, delta));
          return { loss: mean(lossOf(loss, output, y)), output };
        },
      );
      const { [DELTA]: slope, ...gradients } = all;
      const further = add(delta, mul(norm.steepest(restrict(threat, slope)), stepSize * eps));
      return { ...numbers, gradients, memory: { delta: norm.project(further, eps) } };
    });
  };
}
