import { InputError, trainable } from '@advml/core';
import { described, requireSameTree, requireTensor } from '@advml/core/internal';
import { Tensor, tidy } from '@tensorflow/tfjs-core';
import { requireExamples } from './differentiate.ts';
import type { Objective, ObjectiveContext, ObjectiveResult } from './objective.ts';

/**
 * What an objective gives for a step, once it is sure that there are examples and that it is a loss and a gradient.
 *
 * @param objective - What the user calls an objective.
 * @param context - The step.
 * @returns The result; gradients and memory are owned by the caller, and nothing else is left.
 * @throws InputError if the batch is empty, or the objective gives a tensor, a promise, or gradients that are not those of the
 * parameters.
 */
export function resultOf(objective: Objective, context: ObjectiveContext): ObjectiveResult {
  requireExamples(context);
  return tidy(() => {
    const result = objective(context);
    requireResult(result, context);
    return { ...result };
  });
}

function requireResult(result: ObjectiveResult, { network, params }: ObjectiveContext): void {
  const { loss, accuracy, gradients } = Object(result) as Partial<ObjectiveResult>;
  if (typeof gradients !== 'object' || gradients === null)
    throw new InputError(
      `an objective must give a record { loss, accuracy, gradients } at once, got ${described(result)}`,
    );
  for (const [name, value] of Object.entries({ loss, accuracy }))
    if (typeof value !== 'number')
      throw new InputError(
        `${name} of an objective must be a number, got ${described(value)}${(value as unknown) instanceof Tensor ? `; use ${name}.dataSync()[0]` : ''}`,
      );
  for (const [name, gradient] of Object.entries(gradients)) requireTensor(`the gradient of '${name}'`, gradient);
  requireSameTree('the gradient', trainable(network, gradients), trainable(network, params));
}
