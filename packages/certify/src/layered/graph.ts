import { type Classifier, InputError, type Step } from '@advml/core';
import { described } from '@advml/core/internal';

/** A value of a network and how it comes about; number 0 is the input, which has no step. */
export interface Value {
  /** The step that gives it. */
  readonly step?: Step;
  /** Numbers of the values that go in. */
  readonly from: readonly number[];
  /** Shape for one example. */
  readonly shape: readonly number[];
  /** Entries of one example. */
  readonly size: number;
  /** Whether it is an affine function of the input. */
  readonly leading: boolean;
}

const KINDS: readonly Step['kind'][] = ['affine', 'bend', 'max', 'sum'];

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/**
 * The values of a model, in an order in which each comes after those that go into it.
 *
 * @param owner - The certifier, for messages.
 * @param model - The model.
 * @param input - Shape of an input.
 * @returns The input, then one value a step.
 * @throws InputError if the model has no steps, or one that is none.
 */
export function graphOf(owner: string, model: Classifier, input: readonly number[]): readonly Value[] {
  const steps = model.steps?.();
  if (steps !== undefined && !Array.isArray(steps))
    throw new InputError(`the steps of a model must be an array of steps, at once, got ${described(steps)}`);
  if (!steps || steps.length === 0)
    throw new InputError(
      `${owner} needs a model that tells its layers, such as classifier(network, params) of a network of @advml/networks, got a function without steps`,
    );
  const values: Value[] = [{ from: [], shape: input, size: sizeOf(input), leading: true }];
  for (const [at, step] of steps.entries()) {
    if (!KINDS.includes(Object(step).kind) || !Array.isArray(step.shape))
      throw new InputError(
        `steps must be records with a kind, ${KINDS.join(', ')}, and a shape, got ${described(step)}`,
      );
    const from: readonly number[] = step.from ?? [at];
    const bad = from.find((value) => !(Number.isInteger(value) && value >= 0 && value <= at));
    if (from.length === 0 || bad !== undefined)
      throw new InputError(`step '${step.name}' must be fed by values before its own, 0 to ${at}, got ${bad}`);
    const linear = step.kind === 'affine' || step.kind === 'sum';
    values.push({
      step,
      from,
      shape: step.shape,
      size: sizeOf(step.shape),
      leading: linear && from.every((value) => values[value].leading),
    });
  }
  return values;
}
