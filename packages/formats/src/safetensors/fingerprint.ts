import { checksum } from '../checksum.ts';
import type { StoredDtype } from './dtypes.ts';

/** Where a tensor stands in the data. */
export interface Entry {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Orders by name, independent of the language of the machine. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/**
 * The checksum of all that a file says, however its header is spelled.
 *
 * It covers names, types, shapes, places and metadata in a fixed order and spelling, then the data.
 */
export function fingerprint(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
  data: Uint8Array,
): string {
  const described = entries
    .toSorted(byName)
    .map(({ name, dtype, shape, begin, end }) => [name, dtype, shape, begin, end]);
  const said = Object.entries(metadata)
    .map(([name, value]) => ({ name, value }))
    .sort(byName)
    .map(({ name, value }) => [name, value]);
  return checksum(new TextEncoder().encode(JSON.stringify([described, said])), data);
}
