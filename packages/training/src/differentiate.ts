import { InputError, outputMargins, type Threat } from '@advml/core';
import { gradientPass, outputOf, requireGradients, requireInBox, requireShape } from '@advml/core/internal';
import { engine, keep, type Scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { ObjectiveContext, ObjectiveResult } from './objective.ts';

/** What the passes of one step come to. */
export interface Forward {
  /** What is minimized. */
  readonly loss: Scalar;
  /** The outputs that the accuracy is taken from, scores [batch] or logits [batch, classes]. */
  readonly output: Tensor;
}

/**
 * Refuses a batch of no examples, whose mean loss is NaN, of labels that are not one an example, or of inputs outside a threat's box:
 * what is perturbed there would be clipped, and training go on with other inputs.
 */
export function requireExamples({ batch: { x, y }, step }: Pick<ObjectiveContext, 'batch' | 'step'>, threat?: Threat) {
  if (x.shape[0] === 0)
    throw new InputError(`the batch at step ${step} must hold at least one example, got x of shape [${x.shape}]`);
  requireShape(`y of the batch at step ${step}`, y, [x.shape[0]]);
  if (threat?.box) requireInBox(`x of the batch at step ${step}`, x, threat.box);
}

/**
 * Value and gradient of a loss in every parameter; zero for parameters that it does not reach.
 *
 * @param context - Its parameters are what the loss is differentiated in, its labels what the accuracy is judged by.
 * @param forward - Applies the network and gives the loss; its tensors are disposed.
 * @returns The result, with gradients owned by the caller.
 */
export function differentiate(
  { params, batch, step }: Pick<ObjectiveContext, 'params' | 'batch' | 'step'>,
  forward: () => Forward,
): ObjectiveResult {
  requireGradients();
  requireExamples({ batch, step });
  let output: Tensor | undefined;
  const total = () => {
    const { loss, output: seen } = forward();
    output = keep(seen);
    return loss;
  };
  try {
    return tidy(() => {
      const names = Object.keys(params);
      // As variableGrads does it: of the public functions only this one allows parameters that the loss does not reach.
      const { value, grads } = gradientPass(() => engine().gradients(total, Object.values(params), undefined, true));
      const margins = outputMargins(output as Tensor, batch.y);
      return {
        loss: value.dataSync()[0],
        accuracy: margins.filter((margin) => margin > 0).length / margins.length,
        gradients: Object.fromEntries(names.map((name, at) => [name, grads[at] ?? zerosLike(params[name])])),
      };
    });
  } finally {
    output?.dispose();
  }
}

/**
 * The network at the step's parameters in training mode, with the child `network` of the step's key.
 *
 * Every pass of a step sees the same draws, so that two passes differ by their inputs alone.
 *
 * @param context - Network, parameters and key.
 * @returns A function from inputs to outputs.
 */
export function inTraining({
  network,
  params,
  key,
}: Pick<ObjectiveContext, 'network' | 'params' | 'key'>): (x: Tensor) => Tensor {
  const mode = { training: true, key: key.child('network') };
  return (x) => outputOf((inputs) => network.apply(params, inputs, mode), x);
}
