import type { Claim } from '../claim.ts';
import type { RunRecord } from './run-record.ts';
import type { RunStore } from './store.ts';

/**
 * Writes `claims.json`, for other programs: the claims with the seeds, versions and backend that they belong to. This program
 * never reads it, but judges the measurements again.
 *
 * @param store - The run's files.
 * @param record - The run's record.
 * @param claims - Judged claims.
 */
export async function writeClaims(store: RunStore, record: RunRecord, claims: readonly Claim[]): Promise<void> {
  const { experiment, preset, seeds, environment } = record;
  await store.write('claims.json', `${JSON.stringify({ experiment, preset, seeds, environment, claims }, null, 2)}\n`);
}
