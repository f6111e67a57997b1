import { type AnyClassifier, type Classifier, InputError } from '@advml/core';
import { gainStep } from '@advml/core/internal';
import { div, neg, reshape, sub, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { afterStep } from './after-step.ts';

/** What inputs are standardised with, one number or one a channel. */
export interface Standardizing {
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** The axis of one input that holds the channels: the last or, where only the first has that length, the first. */
function channelAxis(name: string, count: number, shape: readonly number[]): number {
  const axis = [shape.length - 1, 0].find((own) => shape[own] === count);
  if (axis !== undefined) return axis;
  throw new InputError(`--${name} must be one number, or one a channel, got ${count} for inputs of shape [${shape}]`);
}

/** Numbers that broadcast against inputs of a shape; they live as long as the thread. */
function broadcast(name: string, numbers: readonly number[], shape: readonly number[]): Tensor {
  const axes = shape.map(() => 1);
  if (numbers.length > 1) axes[channelAxis(name, numbers.length, shape)] = numbers.length;
  return reshape(tensor1d([...numbers]), axes);
}

/**
 * A model that expects standardised inputs as one of plain inputs: `model((x - mean) / std)`. Threats stay in units of `x`.
 *
 * @param model - The model.
 * @param standardizing - Mean and deviation.
 * @param shape - Of one input.
 * @returns The model of plain inputs, through which bounds can go if they can go through the model.
 * @throws InputError if there are as many numbers as neither one nor channels, or a deviation is not positive.
 */
export function standardized<M extends AnyClassifier>(
  model: M,
  { mean, std }: Standardizing,
  shape: readonly number[],
): M {
  if (!mean && !std) return model;
  const bad = std?.find((value) => !(value > 0));
  if (bad !== undefined) throw new InputError(`--std must be numbers > 0, got ${bad}`);
  const center = broadcast('mean', mean ?? [0], shape);
  const deviation = broadcast('std', std ?? [1], shape);
  // Two steps: the constant of one alone would be a rounded quotient.
  const first = [
    gainStep(shape, undefined, () => neg(center)),
    gainStep(shape, () => div(1, deviation), undefined, 1),
  ].map((step) => ({ ...step, name: 'standardisation' }));
  const later = (from: readonly number[] | undefined) => from && { from: from.map((value) => value + first.length) };
  return Object.assign(
    afterStep((x) => div(sub(x, center), deviation), model),
    {
      steps: () => {
        const own = (model as Classifier).steps?.();
        return own && [...first, ...own.map((step) => ({ ...step, ...later(step.from) }))];
      },
    },
  );
}
