import { Tensor } from '@tensorflow/tfjs-core';
import { closestMatch } from 'leven';
import { described } from './described.ts';
import { InputError } from './errors.ts';
import { requireFunction } from './require-function.ts';

/** Every name that a record of options may have; TypeScript refuses a list with one too few or too many. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Tensor);

/**
 * Refuses options that are not a record, and names that no option has: without it, `{ epsilon: 0.1 }` would be ignored. What is told
 * how things go (`onProgress`) must be a function, so that no work is lost when it is called.
 *
 * @param owner - Function that takes the options, as its user calls it.
 * @param options - What the user gave.
 * @param known - All existing names.
 * @throws {@link InputError} that names the unknown option and the nearest known one, or the listener that is none.
 * @example
 * ```ts
 * requireOptions<PgdOptions>('pgd', options, { threat: true, steps: true });
 * ```
 */
export function requireOptions<Options extends object>(
  owner: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const names = Object.keys(known);
  if (!isRecord(options))
    throw new InputError(
      `${owner} takes one record of options { ${names.join(', ')} }, got ${options === undefined ? 'none' : described(options)}`,
    );
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    const nearest = closestMatch(unknown, names, { maxDistance: Math.ceil(unknown.length / 2) });
    throw new InputError(
      `${owner} has no option '${unknown}'; ${nearest ? `did you mean '${nearest}'? It has` : 'it has'} ${names.join(', ')}`,
    );
  }
  for (const [name, value] of Object.entries(options))
    if (/^on[A-Z]/.test(name) && value !== undefined) requireFunction(name, value);
}
