import { InputError } from '@advml/core';

/** What Windows takes for a device, whatever its ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * Refuses a name that would be no good name of a file, on any disk.
 *
 * @param what - What is called so, such as `a stage`.
 * @param name - The name.
 * @throws InputError if it is not of letters, digits and hyphens, or Windows takes it for a device.
 */
export function requireName(what: string, name: unknown): void {
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(name) && !DEVICE.test(name)) return;
  throw new InputError(
    `the name of ${what} must be letters, digits and hyphens, and no device of Windows such as nul, since a file is called so, got ${JSON.stringify(name)}`,
  );
}

/**
 * Refuses names of which two would be the same file on some disk.
 *
 * @param what - What is called so, such as `stages`.
 * @param names - The names.
 * @throws InputError that names the two.
 */
export function requireDifferent(what: string, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      throw new InputError(`two ${what} are called '${other}' and '${name}'; rename one of them`);
    seen.set(name.toLowerCase(), name);
  }
}
