import type { SettingFault } from '@advml/runs';

/** More inputs than this, and a dense dictionary over them does not fit into the backend. */
export const LARGEST_DIMENSION = 8192;

/** Entries of the largest tensor that a run may take: 256 MB of float32, of which the backend can hold a few. */
export const ENTRIES = 2 ** 26;

/** What decides how long a row of a tensor is: inputs or neurons. */
interface Sized {
  readonly data: { readonly dimension: number };
  readonly network: { readonly neurons: number };
}

/**
 * Refuses more examples at a time, each a row of a tensor, than fit into memory.
 *
 * @param sized - A setting.
 * @param section - The section of the setting that has the numbers.
 * @param held - Numbers of examples that are held at a time, by their names.
 * @returns A fault for each that is too large.
 */
export function tooManyRows(
  { data, network }: Sized,
  section: string,
  held: Readonly<Record<string, number>>,
): readonly SettingFault[] {
  const row = Math.max(data.dimension, network.neurons);
  return Object.entries(held).flatMap(([name, examples]) =>
    examples * row <= ENTRIES
      ? []
      : [
          {
            path: [section, name],
            message: `${name} must be at most ${Math.floor(ENTRIES / row)} where examples have ${row} inputs or neurons`,
          },
        ],
  );
}
