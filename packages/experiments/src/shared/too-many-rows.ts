import type { SettingFault } from '@advml/runs';

/** Entries of the largest tensor that a run may take: 256 MB of float32, of which the backend can hold a few. */
export const ENTRIES = 2 ** 26;

/**
 * Refuses more rows of a tensor, most often examples, than fit into memory.
 *
 * @param row - Length of a row, in inputs or neurons.
 * @param section - The section of the setting that has the numbers.
 * @param held - Numbers of rows that are held at a time, by their names.
 * @param what - What there are so many of in a row.
 * @returns A fault for each that is too large.
 */
export function tooManyRows(
  row: number,
  section: string,
  held: Readonly<Record<string, number>>,
  what = 'inputs or neurons',
): readonly SettingFault[] {
  return Object.entries(held).flatMap(([name, count]) =>
    count * row <= ENTRIES
      ? []
      : [
          {
            path: [section, name],
            message: `${name} must be at most ${Math.floor(ENTRIES / row)} where examples have ${row} ${what}`,
          },
        ],
  );
}
