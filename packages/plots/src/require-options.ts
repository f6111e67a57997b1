import { closestMatch } from 'leven';

/** Every name that a record may have; TypeScript refuses a list with one too few or too many. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/** Refuses what is not a record, and names that it cannot have: without it, `{ layuot: 'faceted' }` would be ignored. */
export function requireOptions<Options extends object>(
  owner: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  const names = Object.keys(known);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const got = Array.isArray(options) ? 'an array' : String(options);
    throw new RangeError(`${owner} takes one record { ${names.join(', ')} }, got ${got}`);
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const nearest = closestMatch(unknown, names, { maxDistance: Math.ceil(unknown.length / 2) });
  throw new RangeError(
    `${owner} has no option '${unknown}'; ${nearest ? `did you mean '${nearest}'? It has` : 'it has'} ${names.join(', ')}`,
  );
}
