import { InputError } from '@advml/core';
import { requireShape } from '@advml/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { broadcastShape, type Call } from './operator.ts';

/** The most numbers that an input such as a shape may have. */
const MOST = 4096;

/** The numbers of an input on the host, or undefined if it is left out: a shape, axes or the like, which are few. */
export function numbersOf({ inputs, label }: Call, index: number): number[] | undefined {
  const tensor = inputs[index]?.plain();
  if (tensor && tensor.size > MOST)
    throw new InputError(`${label} must have at most ${MOST} numbers as input ${index}, got ${tensor.size}`);
  return tensor && Array.from(tensor.dataSync());
}

/**
 * Whole numbers that some versions of an operator have as an attribute and others as an input.
 *
 * @param call - The call.
 * @param attribute - Name of the attribute.
 * @param index - Number of the input.
 */
export function attributeOrInput(call: Call, attribute: string, index: number): readonly number[] | undefined {
  return call.attributes.ints(attribute) ?? numbersOf(call, index);
}

/**
 * What must be there.
 *
 * @param found - A value or undefined.
 * @param call - The call.
 * @param what - Its name, for the message.
 * @throws InputError if it is not there.
 */
export function needed<T>(found: T | undefined, { label }: Pick<Call, 'label'>, what: string): T {
  if (found === undefined) throw new InputError(`${label} must have ${what}, got none`);
  return found;
}

/**
 * Numbers of channels, such as gains or constants.
 *
 * @param call - The call.
 * @param index - Number of the input.
 * @param channels - How many there are.
 * @throws InputError if there is no such input, or it has another shape than [channels].
 */
export function perChannel(call: Call, index: number, channels: number): Tensor {
  const numbers = needed(call.inputs[index], call, `an input ${index}`).plain();
  requireShape(`input ${index} of ${call.label}`, numbers, [channels]);
  return numbers;
}

/**
 * Refuses numbers that are not broadcast to a shape, but beyond it.
 *
 * @param call - The call.
 * @param numbers - The numbers.
 * @param shape - The shape.
 * @throws InputError that names both shapes.
 */
export function requireWithin(call: Call, numbers: Tensor, shape: readonly number[]): void {
  if (broadcastShape([shape, numbers.shape]).join() !== shape.join())
    throw new InputError(`${call.label} must have numbers that fit [${shape}], got shape [${numbers.shape}]`);
}

/**
 * Refuses a node whose attribute has another value than the only one supported.
 *
 * @throws InputError that names the attribute.
 */
export function requireOnly(
  call: Pick<Call, 'label'>,
  attribute: string,
  value: number | string | undefined,
  only: number | string,
) {
  if (value !== undefined && value !== only)
    throw new InputError(`${call.label} must have ${attribute} ${only}, the only one supported, got ${value}`);
}
