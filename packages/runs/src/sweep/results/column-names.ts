import { InputError } from '@advml/core';

/** Columns of the table of a sweep before the sides of its grid, and after them. */
export const [FIRST, LAST] = [
  ['run', 'experiment'],
  ['seed', 'version', 'backend', 'quantity', 'value', 'low', 'high', 'holds'],
] as const;

/**
 * Refuses a side of a grid that is called like another column of the table.
 *
 * @param sides - The sides.
 * @throws InputError with the way out.
 */
export function requireSides(sides: readonly string[]): void {
  const taken = sides.find((side) => [...FIRST, ...LAST].some((name) => name === side));
  if (taken !== undefined)
    throw new InputError(
      `the side '${taken}' of the grid would be a second column of that name; give its values by named changes under another, such as "my-${taken}": {"a": {"${taken}": 1}}`,
    );
}
