import { InputError } from '@advml/core';
import { meanInterval } from '@advml/metrics';
import { closestMatch } from 'leven';
import { valueText } from '../run-name.ts';
import type { SweepResults, SweepRow } from './rows.ts';

/** Runs of a sweep that are alike, and the mean of one of their numbers. */
export interface SweepGroup {
  /** The values that they share. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Which number; see `quantity` of a row. */
  readonly quantity: string;
  /** How many runs. */
  readonly count: number;
  /** Mean of the number. */
  readonly value: number;
  /** Lower end of Student's 95% interval of the mean; null for one run. */
  readonly low: number | null;
  /** Upper end. */
  readonly high: number | null;
  /** In how many of them the claim holds; null where nothing is claimed. */
  readonly held: number | null;
}

/**
 * A value of a row: of a side of the grid, or its experiment or seed.
 *
 * @param row - The row.
 * @param key - The side, `experiment` or `seed`.
 * @returns The value.
 */
export function valueOfRow({ values, experiment, seed }: SweepRow, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : { experiment, seed }[key];
}

/** What the runs of a sweep can be told apart by. */
const keysOf = ({ sides }: Pick<SweepResults, 'sides'>): readonly string[] => [...sides, 'experiment', 'seed'];

/**
 * Refuses what is neither a side of the grid nor `experiment` or `seed`.
 *
 * @param results - The sweep.
 * @param keys - What was asked for.
 * @throws InputError with the nearest one that there is.
 */
export function requireKeys(results: Pick<SweepResults, 'sides'>, keys: readonly string[]): void {
  const known = keysOf(results);
  for (const key of keys)
    if (!known.includes(key))
      throw new InputError(
        `the sweep has no '${key}'; the nearest is '${closestMatch(key, known)}', and all are ${known.join(', ')}`,
      );
}

/**
 * What runs share that differ by their seed alone: all sides of the grid, and before them the experiment where there are several.
 *
 * @param results - The sweep.
 * @returns The keys.
 */
export function keysBesideSeed({ sides, rows }: Pick<SweepResults, 'sides' | 'rows'>): readonly string[] {
  return new Set(rows.map(({ experiment }) => experiment)).size > 1 ? ['experiment', ...sides] : sides;
}

/**
 * Means of the numbers of a sweep over runs that are alike, such as those that differ by their seed alone.
 *
 * @param results - The sweep.
 * @param keys - What the runs of a group share: sides of the grid, `experiment`, `seed`. All else they are averaged over.
 * @returns A group for each combination that there is and each number, in the order of the sweep. Intervals of shares, whose own
 * intervals lie between 0 and 1, are cut to that.
 * @throws InputError if there is no such key.
 * @example
 * ```ts
 * const results = await sweepResults('runs/window');
 * const overSeeds = groupsOf(results, keysBesideSeed(results));
 * ```
 */
export function groupsOf(results: SweepResults, keys: readonly string[]): readonly SweepGroup[] {
  requireKeys(results, keys);
  const groups = new Map<string, SweepRow[]>();
  for (const row of results.rows) {
    const name = JSON.stringify([row.quantity, ...keys.map((key) => valueOfRow(row, key))]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()].map((rows) => groupOf(rows, keys));
}

function groupOf(rows: readonly SweepRow[], keys: readonly string[]): SweepGroup {
  const [first] = rows;
  const isClaim = first.holds !== null;
  return {
    values: Object.fromEntries(keys.map((key) => [key, valueOfRow(first, key)])),
    quantity: first.quantity,
    count: rows.length,
    ...meanOf(rows),
    held: isClaim ? rows.filter(({ holds }) => holds).length : null,
  };
}

/** The mean with its interval, where there are enough numbers for one. */
function meanOf(rows: readonly SweepRow[]): Pick<SweepGroup, 'value' | 'low' | 'high'> {
  const numbers = rows.map(({ value }) => value);
  if (numbers.length < 2 || !numbers.every(Number.isFinite))
    return { value: numbers.reduce((sum, one) => sum + one, 0) / numbers.length, low: null, high: null };
  const { mean, low, high } = meanInterval(numbers);
  const isShare = rows.every((row) => row.low !== null && row.low >= 0 && (row.high as number) <= 1);
  return { value: mean, low: isShare ? Math.max(low, 0) : low, high: isShare ? Math.min(high, 1) : high };
}

/**
 * The place of a group in words, such as `tau=0.2, margin=0.5`.
 *
 * @param values - Its values.
 * @param keys - Which of them. Default: all.
 * @returns The words; `all` where there is no key.
 */
export function placeText(values: SweepGroup['values'], keys: readonly string[] = Object.keys(values)): string {
  return keys.map((key) => `${key}=${valueText(values[key])}`).join(', ') || 'all';
}
