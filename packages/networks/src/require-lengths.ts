import { InputError } from '@advml/core';
import { described, requireInteger } from '@advml/core/internal';

/** Refuses any named value that is not an array of integers of at least 1, such as the lengths of a shape's axes. */
export function requireLengths(values: Readonly<Record<string, readonly number[]>>): void {
  for (const [name, lengths] of Object.entries(values)) {
    if (!Array.isArray(lengths))
      throw new InputError(`${name} must be an array of integers >= 1, got ${described(lengths)}`);
    for (const length of lengths) requireInteger({ [name]: length }, 1);
  }
}
