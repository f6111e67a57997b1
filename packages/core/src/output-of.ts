import { clone, Tensor, tidy } from '@tensorflow/tfjs-core';
import { described } from './described.ts';
import { InputError } from './errors.ts';
import type { Classifier } from './network.ts';
import { requireTensor } from './require-tensor.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';

function requireModel(model: unknown): void {
  if (isFunction(model)) return;
  const { apply, init, predict, execute } = Object(model) as Record<string, unknown>;
  const network = isFunction(apply) && isFunction(init) ? '; a network becomes one by classifier(network, params)' : '';
  const made = (kind: string, by: string) => `; a ${kind} becomes one by ${by}(model) of @advml/models`;
  const layers = isFunction(apply) && isFunction(predict) ? made('tfjs-layers model', 'fromLayersModel') : '';
  const graph = isFunction(execute) && isFunction(predict) ? made('tfjs graph model', 'fromGraphModel') : '';
  throw new InputError(
    `a model must be a function from inputs to outputs, got ${described(model)}${network || layers || graph}`,
  );
}

function requireOutput(output: Tensor, count: number): void {
  if (Array.isArray(output))
    throw new InputError(`a model must give one tensor, got ${described(output)}; pick one: (x) => model(x)[0]`);
  if (!(output instanceof Tensor))
    throw new InputError(
      `a model must give a tensor at once, for it is differentiated, got ${described(output)}; await what it needs beforehand`,
    );
  requireTensor("the model's output", output);
  if (output.shape[0] !== count)
    throw new InputError(`a model must give one output an example, of ${count}, got shape [${output.shape}]`);
}

/**
 * What a model gives for some inputs, once it is sure that it is a model and gives one float32 tensor for the batch.
 *
 * The result is always a tensor of its own: a model may return its input, or a tensor that it keeps.
 *
 * @param model - What the user calls a model.
 * @param x - Inputs [batch, ...].
 * @returns Scores [batch] or logits [batch, classes], owned by the caller.
 * @throws {@link InputError} if the model is no function, such as a network or a tfjs-layers model, or gives a promise, several
 * outputs, anything but float32, or not one output an example.
 * @example
 * ```ts
 * const output = outputOf(model, x); // differentiable, like model(x)
 * ```
 */
export function outputOf(model: Classifier, x: Tensor): Tensor {
  requireModel(model);
  return tidy(() => {
    const output = model(x);
    requireOutput(output, x.shape[0]);
    return clone(output);
  });
}
