import { crossEntropy, type Loss, outputMargins } from '@advml/core';
import { engine, keep, mean, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { Objective } from './objective.ts';

/** Settings of {@link cleanObjective}. */
export interface CleanObjectiveOptions {
  /** The loss of each example; cross-entropy unless told, which for scores is the logistic loss. */
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
 * @throws InputError, when it is used, if labels and outputs do not belong together.
 * @example
 * ```ts
 * const trained = await fit({ objective: cleanObjective(), network, params, optimizer, batches, steps: 300, key: key('run', 0) });
 * ```
 */
export function cleanObjective({ loss = crossEntropy }: CleanObjectiveOptions = {}): Objective {
  return ({ network, params, batch: { x, y }, key }) => {
    let output: Tensor | undefined;
    const total = () => {
      output = keep(network.apply(params, x, { training: true, key: key.child('network') }));
      return mean(loss(output, y)); // []
    };
    try {
      return tidy(() => {
        const names = Object.keys(params);
        // As variableGrads does it: of the public functions only this one allows parameters that the loss does not reach.
        const { value, grads } = engine().gradients(total, Object.values(params), undefined, true);
        const margins = outputMargins(output as Tensor, y);
        return {
          loss: value.dataSync()[0],
          accuracy: margins.filter((margin) => margin > 0).length / margins.length,
          gradients: Object.fromEntries(names.map((name, at) => [name, grads[at] ?? zerosLike(params[name])])),
        };
      });
    } finally {
      output?.dispose();
    }
  };
}
