import { InputError } from '@advml/core';

/** Refuses radii that are no list, such as one alone. */
export function requireRadii(eps: readonly number[]): void {
  if (Array.isArray(eps)) return;
  const list = typeof eps === 'number' ? `; use [${eps}]` : '';
  throw new InputError(`eps must be an array of radii (input units), got ${typeof eps} ${String(eps)}${list}`);
}
