import { InputError } from '@advml/core';
import { z } from 'zod';
import type { Claim } from '../claim.ts';
import type { RunRecord } from './run-record.ts';
import { type RunStore, readText } from './store.ts';

const FILE = 'claims.json';

const claim = z.object({
  id: z.string(),
  statement: z.string(),
  quantity: z.string(),
  value: z.number(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  bar: z.string(),
  holds: z.boolean(),
  attack: z.string().optional(),
  detail: z.record(z.string(), z.unknown()),
});

/**
 * Writes `claims.json`: the claims with the seeds, versions and backend that they belong to.
 *
 * @param store - The run's files.
 * @param record - The run's record.
 * @param claims - Judged claims.
 */
export async function writeClaims(store: RunStore, record: RunRecord, claims: readonly Claim[]): Promise<void> {
  const { experiment, preset, seeds, environment } = record;
  await store.write(FILE, `${JSON.stringify({ experiment, preset, seeds, environment, claims }, null, 2)}\n`);
}

/**
 * Reads `claims.json`.
 *
 * @param store - The run's files.
 * @returns The claims, or undefined if the run has none yet.
 * @throws InputError if the file is damaged.
 */
export async function readClaims(store: RunStore): Promise<readonly Claim[] | undefined> {
  const text = await readText(store, FILE);
  if (text === undefined) return undefined;
  try {
    return z.object({ claims: z.array(claim) }).parse(JSON.parse(text)).claims;
  } catch (error) {
    throw new InputError(`${store.location}/${FILE} is damaged; 'advml resume ${store.location}' writes it anew`, {
      cause: error,
    });
  }
}
