import { InputError } from '@advml/core';
import { checksum, FormatError } from '@advml/formats';
import { z } from 'zod';
import { type RunStore, readText } from './store.ts';

/** What `run.json` says: everything that decides a run, and how it went. */
export interface RunRecord {
  /** Version of this form of record. */
  readonly format: 'advml-run-1';
  /** Name of the experiment. */
  readonly experiment: string;
  /** Name of the preset it started from. */
  readonly preset: string;
  /** Its seeds. */
  readonly seeds: readonly number[];
  /** The complete setting. */
  readonly setting: Readonly<Record<string, unknown>>;
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

const record = z.strictObject({
  format: z.literal('advml-run-1'),
  experiment: z.string(),
  preset: z.string(),
  seeds: z.array(z.int().min(0)).min(1),
  setting: z.record(z.string(), z.unknown()),
  environment: z.record(z.string(), z.string()),
  started: z.string(),
  ended: z.string().nullable(),
  seconds: z.number().min(0).optional(),
  status: z.enum(['running', 'interrupted', 'failed', 'finished']),
}) satisfies z.ZodType<RunRecord>;

/** The file: the record and the checksum of its JSON. Whoever edits the file on purpose removes that line. */
const file = record.extend({ crc32: z.string().optional() });

const FILE = 'run.json';

const crc32Of = (value: RunRecord): string => checksum(new TextEncoder().encode(JSON.stringify(value)));

/**
 * Reads the record of a run.
 *
 * @param store - The run's files.
 * @returns The record, or undefined if the store holds no run.
 * @throws InputError if the file is damaged.
 */
export async function readRunRecord(store: RunStore): Promise<RunRecord | undefined> {
  const text = await readText(store, FILE);
  if (text === undefined) return undefined;
  try {
    const { crc32, ...value } = file.parse(JSON.parse(text));
    if (crc32 !== undefined && crc32 !== crc32Of(value)) throw new FormatError('its checksum does not fit');
    return value;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new InputError(
      `${store.location}/${FILE} is damaged or no record of a run (${reason}); it cannot be resumed, start a run in another folder`,
      { cause: error },
    );
  }
}

/**
 * Writes the record of a run.
 *
 * @param store - The run's files.
 * @param value - The record.
 */
export async function writeRunRecord(store: RunStore, value: RunRecord): Promise<void> {
  const known = record.parse(value); // in the order of the schema, as it will be read back
  await store.write(FILE, `${JSON.stringify({ ...known, crc32: crc32Of(known) }, null, 2)}\n`);
}
