import { type ZodType, z } from 'zod';

/** Which claims a run measures: names of claims or of parts without claims, or all of them. */
export type ChosenClaims<Name extends string = string> = 'all' | readonly Name[];

/**
 * The setting that chooses claims, which `--claims` of the command sets.
 *
 * @param names - All existing names.
 * @param chosen - Those that are measured where nobody chooses. Default: all.
 * @returns The field.
 */
export function claimsField<Name extends string>(
  names: readonly Name[],
  chosen: ChosenClaims<Name> = 'all',
): ZodType<ChosenClaims<Name>> {
  const known =
    names.length > 0 ? `'all' or a list of ${names.join(', ')}` : "'all', since there are none to choose from";
  return z
    .union([z.literal('all'), z.array(z.enum(names)).min(1)], { error: `Invalid input: expected ${known}` })
    .default(chosen as 'all')
    .describe("The claims to measure, or 'all'") as ZodType<ChosenClaims<Name>>;
}
