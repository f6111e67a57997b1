/** Largest header in bytes, the limit of the reference library. */
export const headerLimit = 100_000_000;

/** The header's key for the map of strings that is no tensor. */
export const metadataKey = '__metadata__';

/** The key of {@link metadataKey} under which the checksum stands. */
export const checksumKey = 'advml.crc32';

/** Whether a text can be written as UTF-8: it holds no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * Why a tensor or metadata entry cannot have this name, or `undefined` if it can.
 *
 * `__proto__` would set the prototype of the first plain object it is copied into; half a surrogate pair has no UTF-8.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '__proto__') return 'the name "__proto__" is not allowed';
  if (name === metadataKey) return `the name "${metadataKey}" is kept for the metadata`;
  if (!isWellFormed(name)) return `the name ${JSON.stringify(name)} holds half a surrogate pair`;
  return undefined;
}
