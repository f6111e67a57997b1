import { InputError } from '@advml/core';

/** Refuses radii that are no list, such as one alone, and those that are infinite or negative. */
export function requireRadii(eps: readonly number[]): void {
  if (!Array.isArray(eps)) {
    const list = typeof eps === 'number' ? `; use [${eps}]` : '';
    throw new InputError(`eps must be an array of radii (input units), got ${typeof eps} ${String(eps)}${list}`);
  }
  for (const radius of eps)
    if (!(radius >= 0 && radius < Infinity))
      throw new InputError(
        `eps must be finite and >= 0 (input units), got ${radius}; the curve shows how close attacks come`,
      );
}
