import { InputError } from '@advml/core';
import { valueAt } from '../../settings/settings.ts';
import { readMeasure } from '../../stages/measures.ts';
import { readClaims } from '../../store/claims-file.ts';
import { diskStore } from '../../store/disk-store.ts';
import { readRunRecord } from '../../store/run-record.ts';
import { folderOf, type RunStore } from '../../store/store.ts';
import { identityIn } from '../identity.ts';
import type { PlannedRun } from '../plan.ts';
import { sweepIn } from '../record.ts';

/** One number of one run of a sweep: a claim, or a part of what a stage measured. */
export interface SweepRow {
  /** Folder of the run in that of the sweep. */
  readonly run: string;
  /** Name of its experiment. */
  readonly experiment: string;
  /** Its place in the grid: a value, or the name of a change, for each side. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Its seed. */
  readonly seed: number;
  /** Version of the program. */
  readonly version: string;
  /** Backend that it ran on. */
  readonly backend: string;
  /** The claim, such as `C3`, or the way to a number in a measurement, such as `features.cosine.mean`. */
  readonly quantity: string;
  /** The number. */
  readonly value: number;
  /** Lower end of its interval over examples; null where there is none. */
  readonly low: number | null;
  /** Upper end. */
  readonly high: number | null;
  /** Whether the claim holds; null where nothing is claimed. */
  readonly holds: boolean | null;
}

/** What a sweep has come to. */
export interface SweepResults {
  /** Folder of the sweep. */
  readonly location: string;
  /** The sides of its grid. */
  readonly sides: readonly string[];
  /** What must be known to read the claims. */
  readonly caveats: readonly string[];
  /** How many runs it has. */
  readonly runs: number;
  /** How many of them are finished. */
  readonly finished: number;
  /** The numbers of those, in the order of the sweep. */
  readonly rows: readonly SweepRow[];
}

type Found = Pick<SweepRow, 'quantity' | 'value' | 'low' | 'high' | 'holds'>;

async function claimsIn(store: RunStore): Promise<readonly Found[]> {
  const kept = await readClaims(store);
  if (!kept)
    throw new InputError(`${store.location} has no claims.json; write it anew by 'advml report ${store.location}'`);
  return kept.claims.map(({ id, value, interval, holds }) => {
    const [low, high] = interval ?? [null, null];
    return { quantity: id, value, low, high, holds };
  });
}

/** A number of a measurement: where it says value, low and high, with its interval. */
async function measureIn(store: RunStore, quantity: string): Promise<Found> {
  const parts = quantity.split('.');
  const stageOf = (length: number) => parts.slice(0, length).join('.');
  let [length, measured]: [number, unknown] = [parts.length + 1, undefined];
  while (measured === undefined && length > 1) measured = await readMeasure(store, stageOf(--length)); // whose name may have dots
  const found = valueAt(measured, parts.slice(length));
  const at = (name: string) => {
    const part = valueAt(found, [name]);
    return typeof part === 'number' ? part : null;
  };
  const value = typeof found === 'number' ? found : at('value');
  if (value === null)
    throw new InputError(
      `${store.location} has no number '${quantity}': it is neither one of its claims nor one in ${measured === undefined ? 'a file of measures' : `measures/${stageOf(length)}.json`}`,
    );
  return { quantity, value, low: at('low'), high: at('high'), holds: null };
}

async function rowsOf(
  store: RunStore,
  run: PlannedRun,
  measures: readonly string[],
): Promise<readonly SweepRow[] | undefined> {
  const record = await readRunRecord(store);
  if (record?.status !== 'finished' || identityIn(record) !== run.id) return undefined;
  const claims = await claimsIn(store);
  const more = measures.filter((name) => !claims.some(({ quantity }) => quantity === name));
  const found = [...claims, ...(await Promise.all(more.map((name) => measureIn(store, name))))];
  const { name, experiment, values, seed } = run;
  const { advml: version = '', backend = '' } = record.environment;
  return found.map((each) => ({ run: name, experiment, values, seed, version, backend, ...each }));
}

/**
 * What the runs of a sweep have come to so far, read from their folders. No code of an experiment is run.
 *
 * @param folder - Folder of the sweep.
 * @param measures - Numbers that are wanted beside the claims: names of stages with the way to a number in what they measured, by
 * dots, such as `features.cosine.mean`. Default: none.
 * @returns A row for each claim, and for each of these, of every finished run.
 * @throws InputError if there is no sweep, a file is damaged, or a run has no such number.
 * @example
 * ```ts
 * const { rows } = await sweepResults('runs/window');
 * rows.filter(({ quantity, holds }) => quantity === 'C3' && holds).length; // runs in which C3 holds
 * ```
 */
export function sweepResults(folder: string, measures: readonly string[] = []): Promise<SweepResults> {
  return resultsIn(diskStore(folder), measures);
}

/** The results of the sweep in a store; see {@link sweepResults}. */
export async function resultsIn(store: RunStore, measures: readonly string[] = []): Promise<SweepResults> {
  const { location } = store;
  const { runs, grid, caveats } = await sweepIn(store);
  const perRun: (readonly SweepRow[])[] = [];
  for (const run of runs) {
    const rows = await rowsOf(folderOf(store, run.name), run, measures);
    if (rows) perRun.push(rows);
  }
  const sides = Object.keys(grid);
  return { location, sides, caveats, runs: runs.length, finished: perRun.length, rows: perRun.flat() };
}
