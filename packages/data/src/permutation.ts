import type { Key } from '@advml/core';

/** A uniform random order of 0, ..., count - 1 (Fisher-Yates). */
export function permutation(key: Key, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  const words = key.bits(count);
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(words[at] * 2 ** -32 * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
