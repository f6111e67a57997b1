import { FormatError } from '@advml/formats';
import { z } from 'zod';
import { readable } from './damage.ts';
import { type RunModule, runModule } from './run-module.ts';
import { seal, unseal } from './sealed.ts';
import { type RunStore, readText } from './store.ts';

/** What `run.json` says: everything that decides a run, and how it went. */
export interface RunRecord {
  /** Version of this form of record. */
  readonly format: 'advml-run-2';
  /** Name of the experiment. */
  readonly experiment: string;
  /** The file that the experiment comes from, where it is none of those that ship. */
  readonly module?: RunModule;
  /** Name of the preset it started from. */
  readonly preset: string;
  /** Its seeds. */
  readonly seeds: readonly number[];
  /** The complete setting. */
  readonly setting: Readonly<Record<string, unknown>>;
  /** Checksum of all that decides the results; every file of the run carries it. */
  readonly fingerprint: string;
  /** Versions, backend and machine that it started on. */
  readonly environment: Readonly<Record<string, string>>;
  /** When it started, in ISO 8601. */
  readonly started: string;
  /** When the last attempt ended; null while one is running. */
  readonly ended: string | null;
  /** Seconds of work, over all attempts but those that were killed. */
  readonly seconds?: number;
  /** How the last attempt went. */
  readonly status: 'running' | 'interrupted' | 'failed' | 'finished';
}

/** Seeds that one run may have: each is a folder with all its files. */
export const MOST_SEEDS = 1000;

const record = z.strictObject({
  format: z.literal('advml-run-2'),
  experiment: z.string(),
  module: runModule.optional(),
  preset: z.string(),
  seeds: z.array(z.int().min(0)).min(1).max(MOST_SEEDS),
  setting: z.record(z.string(), z.unknown()),
  fingerprint: z.string(),
  environment: z.record(z.string(), z.string()),
  started: z.string(),
  ended: z.string().nullable(),
  seconds: z.number().min(0).optional(),
  status: z.enum(['running', 'interrupted', 'failed', 'finished']),
}) satisfies z.ZodType<RunRecord>;

const FILE = 'run.json';

/**
 * Reads the record of a run.
 *
 * @param store - The run's files.
 * @returns The record, or undefined if the store holds no run.
 * @throws InputError if the file is damaged.
 */
export function readRunRecord(store: RunStore): Promise<RunRecord | undefined> {
  return recordIn(store, 'it is damaged or no record of a run and cannot be resumed; start a run in another folder');
}

async function recordIn(store: RunStore, wayOut: string): Promise<RunRecord | undefined> {
  const text = await readText(store, FILE);
  if (text === undefined) return undefined;
  return readable(store, FILE, wayOut, () => record.parse(unseal(text)));
}

/**
 * Reads the record in the folder of one seed of a run; one that another run has left there is refused.
 *
 * @param store - The seed's files.
 * @param expected - The record that the seed begins with.
 * @returns The record, or undefined if the seed has not begun.
 * @throws InputError if the file is damaged, or the setting, the seed or the code is another; with the way out.
 */
export async function readSeedRecord(store: RunStore, expected: RunRecord): Promise<RunRecord | undefined> {
  const found = await recordIn(store, 'delete it and resume the run');
  if (!found) return undefined;
  const wayOut = `delete ${store.location}, and it is made again when the run is resumed`;
  return readable(store, FILE, wayOut, () => {
    if (found.fingerprint !== expected.fingerprint)
      throw new FormatError('it was made with another setting or seed than the run has');
    if (found.module?.digests.some((digest) => !expected.module?.digests.includes(digest)))
      throw new FormatError('it was made by other code than the run');
    return found;
  });
}

/**
 * What files of the run carry: which setting and seeds they were made with.
 *
 * @param store - The run's files.
 * @returns The fingerprint of its record; empty where there is none.
 * @throws InputError if the record is damaged.
 */
export async function fingerprintIn(store: RunStore): Promise<string> {
  return (await readRunRecord(store))?.fingerprint ?? '';
}

/**
 * Refuses a file that was made in another run.
 *
 * @param store - The run's files.
 * @param fingerprint - What the file carries.
 * @throws FormatError if the run has another.
 */
export async function requireOfRun(store: RunStore, fingerprint: unknown): Promise<void> {
  if (fingerprint === (await fingerprintIn(store))) return;
  throw new FormatError('it was made with another setting or seed than run.json has');
}

/**
 * Writes the record of a run.
 *
 * @param store - The run's files.
 * @param value - The record.
 */
export async function writeRunRecord(store: RunStore, value: RunRecord): Promise<void> {
  await store.write(FILE, seal(record.parse(value), 2));
}
