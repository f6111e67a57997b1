import { InputError } from '@advml/core';
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
  /** How the last attempt went. */
  readonly status: 'running' | 'interrupted' | 'failed' | 'finished';
}

const record: z.ZodType<RunRecord> = z.object({
  format: z.literal('advml-run-1'),
  experiment: z.string(),
  preset: z.string(),
  seeds: z.array(z.int().min(0)).min(1),
  setting: z.record(z.string(), z.unknown()),
  environment: z.record(z.string(), z.string()),
  started: z.string(),
  ended: z.string().nullable(),
  status: z.enum(['running', 'interrupted', 'failed', 'finished']),
});

const FILE = 'run.json';

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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${store.location}/${FILE} is damaged (not JSON); the run cannot be resumed, start it anew in another folder`,
      {
        cause: error,
      },
    );
  }
  const parsed = record.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`${store.location}/${FILE} is not the record of a run: ${z.prettifyError(parsed.error)}`);
}

/**
 * Writes the record of a run.
 *
 * @param store - The run's files.
 * @param value - The record.
 */
export async function writeRunRecord(store: RunStore, value: RunRecord): Promise<void> {
  await store.write(FILE, `${JSON.stringify(value, null, 2)}\n`);
}
