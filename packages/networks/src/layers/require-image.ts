import { InputError } from '@advml/core';

/** Refuses inputs that are not images [height, width, channels]. */
export function requireImage(layer: string, input: readonly number[]): [number, number, number] {
  if (input.length === 3) return [input[0], input[1], input[2]];
  throw new InputError(`${layer} takes images [height, width, channels], got inputs of shape [${input.join(', ')}]`);
}
