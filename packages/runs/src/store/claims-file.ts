import { z } from 'zod';
import type { Claim } from '../claim.ts';
import { readable } from './damage.ts';
import type { RunRecord } from './run-record.ts';
import { type RunStore, readText } from './store.ts';

const FILE = 'claims.json';

/** The claims of a run as their file has them. */
export interface KeptClaims {
  /** The claims. */
  readonly claims: readonly Claim[];
  /** What must be known to read them, if there is something. */
  readonly caveat?: string;
}

/**
 * Writes `claims.json`, for other programs and for whoever looks on: the claims with the seeds, versions and backend that they belong
 * to. A run that goes on never reads it, but judges the measurements again.
 *
 * @param store - The run's files.
 * @param record - The run's record.
 * @param kept - Judged claims.
 */
export async function writeClaims(store: RunStore, record: RunRecord, kept: KeptClaims): Promise<void> {
  const { experiment, preset, seeds, environment } = record;
  const { caveat, claims } = kept;
  await store.write(FILE, `${JSON.stringify({ experiment, preset, seeds, environment, caveat, claims }, null, 2)}\n`);
}

const file = z.looseObject({
  caveat: z.string().optional(),
  claims: z.array(
    z.looseObject({
      id: z.string(),
      statement: z.string(),
      quantity: z.string(),
      value: z
        .number()
        .nullable()
        .transform((value) => value ?? Number.NaN), // JSON has null for what is no number
      interval: z.tuple([z.number(), z.number()]).nullable(),
      bar: z.string(),
      holds: z.boolean(),
      attack: z.string().optional(),
      certifier: z.string().optional(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
});

/**
 * Reads `claims.json`.
 *
 * @param store - The run's files.
 * @returns The claims, or undefined if there are none yet.
 * @throws InputError if the file is damaged.
 */
export async function readClaims(store: RunStore): Promise<KeptClaims | undefined> {
  const text = await readText(store, FILE);
  if (text === undefined) return undefined;
  return readable(store, FILE, `write it anew by 'advml report ${store.location}'`, () => file.parse(JSON.parse(text)));
}
