import { InputError } from '@advml/core';
import { sizeOf } from './axes.ts';

/** How much a run may still make. */
export interface Room {
  /** Refuses a result that is too large. */
  need(shape: readonly number[], label: string): void;
  /** Counts a result that was made. */
  take(shape: readonly number[], label: string): void;
}

/**
 * A limit to the numbers that a run makes, so that a small file cannot ask for all memory.
 *
 * @param limit - The most numbers of all results together.
 */
export function roomOf(limit: number): Room {
  let left = limit;
  const need = (shape: readonly number[], label: string) => {
    const size = sizeOf(shape);
    if (!(size <= left))
      throw new InputError(
        `${label} must make no more numbers than maxNumbers leaves, ${left}, got a result of shape [${shape.join(', ')}]; raise maxNumbers if the model is that large`,
      );
  };
  return {
    need,
    take(shape, label) {
      need(shape, label);
      left -= sizeOf(shape);
    },
  };
}
