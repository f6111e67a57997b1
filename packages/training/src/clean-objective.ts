import { crossEntropy, type Loss } from '@advml/core';
import { lossOf, requireLoss, requireOptions } from '@advml/core/internal';
import { mean } from '@tensorflow/tfjs-core';
import { differentiate, inTraining } from './differentiate.ts';
import type { Objective } from './objective.ts';

/** Settings of {@link cleanObjective}. */
export interface CleanObjectiveOptions {
  /** The loss of each example. Default: cross-entropy, which for scores is the logistic loss. */
  readonly loss?: Loss;
}

/**
 * The mean loss over the examples as they are.
 *
 * ```math
 * \frac1n \sum_i L(f(x_i), y_i)
 * ```
 *
 * The network is applied in training mode with the child `network` of the step's key. Parameters that the loss does not
 * depend on get a gradient of zero.
 *
 * @param options - See {@link CleanObjectiveOptions}.
 * @returns An objective.
 * @throws InputError if the loss is no function; when it is used, if it does not give one number an example, or labels and outputs do not belong together.
 * @example
 * ```ts
 * const trained = await fit({ objective: cleanObjective(), network, params, optimizer, batches, steps: 300, key: key('run', 0) });
 * ```
 */
export function cleanObjective(options: CleanObjectiveOptions = {}): Objective {
  requireOptions<CleanObjectiveOptions>('cleanObjective', options, { loss: true });
  const { loss = crossEntropy } = options;
  requireLoss(loss);
  return (context) =>
    differentiate(context, () => {
      const { x, y } = context.batch;
      const output = inTraining(context)(x);
      return { loss: mean(lossOf(loss, output, y)), output };
    });
}
