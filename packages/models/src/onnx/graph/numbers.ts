import { InputError } from '@advml/core';
import type { Call } from './operator.ts';

/** The numbers of an input on the host, or undefined if it is left out. */
export function numbersOf({ inputs }: Call, index: number): number[] | undefined {
  const value = inputs[index];
  return value && Array.from(value.plain().dataSync());
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
export function needed<T>(found: T | undefined, { label }: Call, what: string): T {
  if (found === undefined) throw new InputError(`${label} must have ${what}, got none`);
  return found;
}

/**
 * Refuses a node whose attribute has another value than the only one supported.
 *
 * @throws InputError that names the attribute.
 */
export function requireOnly(call: Call, attribute: string, value: number | string | undefined, only: number | string) {
  if (value !== undefined && value !== only)
    throw new InputError(`${call.label} must have ${attribute} ${only}, the only one supported, got ${value}`);
}
