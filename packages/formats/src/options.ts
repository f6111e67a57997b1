/**
 * Refuses options that are no record, and names that no option has, which would be ignored silently.
 *
 * @param owner - Function that takes the options.
 * @param options - What the user gave.
 * @param known - All existing names.
 * @throws RangeError that names the unknown option and the known ones.
 */
export function requireOptions<Options extends object>(
  owner: string,
  options: Options,
  known: { readonly [Name in keyof Required<Options>]: true },
): void {
  const names = Object.keys(known).join(', ');
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new RangeError(`${owner} takes a record of options { ${names} }, got ${options}`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) throw new RangeError(`${owner} has no option '${unknown}'; it has ${names}`);
}
