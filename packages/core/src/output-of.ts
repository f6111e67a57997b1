import { clone, engine, Tensor, tidy } from '@tensorflow/tfjs-core';
import { described } from './described.ts';
import { isPromise, refusePromise } from './dialogue.ts';
import { InputError } from './errors.ts';
import type { Answer, AnyClassifier } from './later-classifier.ts';
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

/**
 * Refuses what a model may not give.
 *
 * @param output - What it gave.
 * @param count - Number of examples.
 * @throws {@link InputError} if it is no float32 tensor with one output an example.
 * @example
 * ```ts
 * requireOutput(output, x.shape[0]);
 * ```
 */
export function requireOutput(output: Tensor, count: number): void {
  if (Array.isArray(output))
    throw new InputError(`a model must give one tensor, got ${described(output)}; pick one: (x) => model(x)[0]`);
  if (!(output instanceof Tensor)) throw new InputError(`a model must give a tensor, got ${described(output)}`);
  requireTensor("the model's output", output);
  if (output.shape[0] !== count)
    throw new InputError(`a model must give one output an example, of ${count}, got shape [${output.shape}]`);
}

/** Models that have answered later: they are not called in vain again. */
const answeredLater = new WeakSet<AnyClassifier>();

/**
 * What a model gives for some inputs, or its promise, once it is sure that it is a model.
 *
 * @param model - What the user calls a model.
 * @param x - Inputs [batch, ...].
 * @returns A tensor of its own, owned by the caller and checked, or the promise, unchecked.
 * @throws {@link InputError} as for {@link outputOf}.
 * @example
 * ```ts
 * const given = outputOrPromise(model, x);
 * ```
 */
export function outputOrPromise(model: AnyClassifier, x: Tensor): Tensor | PromiseLike<Answer> {
  requireModel(model);
  let later: PromiseLike<Answer> | undefined;
  const output = tidy(() => {
    const given = model(x);
    if (!isPromise(given)) {
      requireOutput(given, x.shape[0]);
      return clone(given);
    }
    later = given;
    answeredLater.add(model);
    return [...engine().state.activeScope.track]; // what the model has made so far, it goes on to use
  });
  return later ?? (output as Tensor);
}

/**
 * What a model gives for some inputs, once it is sure that it is a model and gives one float32 tensor for the batch.
 *
 * The result is always a tensor of its own: a model may return its input, or a tensor that it keeps.
 *
 * @param model - What the user calls a model; one that answers later is refused.
 * @param x - Inputs [batch, ...].
 * @returns Scores [batch] or logits [batch, classes], owned by the caller.
 * @throws {@link InputError} if the model is no function, such as a network or a tfjs-layers model, or gives a promise, several
 * outputs, anything but float32, or not one output an example.
 * @example
 * ```ts
 * const output = outputOf(model, x); // differentiable, like model(x)
 * ```
 */
export function outputOf(model: AnyClassifier, x: Tensor): Tensor {
  const output = answeredLater.has(model) ? Promise.resolve() : outputOrPromise(model, x);
  return output instanceof Tensor ? output : refusePromise(output);
}
