import { InputError } from '@advml/core';

/** Refuses a level at which an interval would be empty or everything. */
export function requireConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`confidence must be between 0 and 1, both excluded, such as 0.95; got ${confidence}`);
}
