import { aggregateClaims } from './aggregate.ts';
import type { Claim } from './claim.ts';
import { type OpenedRun, stagesOf } from './opened-run.ts';
import { writeMetrics } from './stages/log.ts';
import { writeClaims } from './store/claims-file.ts';

/**
 * Judges what a run of one seed measured; writes its claims, and its log in the order of the phases.
 *
 * @param run - The run; all its stages are made.
 * @returns The claims.
 * @throws InputError if a measurement is missing or damaged.
 */
export async function judgeSeed(run: OpenedRun): Promise<readonly Claim[]> {
  const { store, record, experiment, setting } = run;
  await writeMetrics(store, stagesOf(run));
  const claims = await experiment.claims(store, setting);
  await writeClaims(store, record, { claims, caveat: experiment.caveats[record.preset] });
  return claims;
}

/**
 * Joins the claims of several seeds and writes them.
 *
 * @param run - The run of all seeds.
 * @param perSeed - What each seed's run judged.
 * @returns The claims over seeds.
 */
export async function joinSeeds(
  { store, record, experiment }: OpenedRun,
  perSeed: readonly (readonly Claim[])[],
): Promise<readonly Claim[]> {
  const claims = aggregateClaims(perSeed, record.seeds);
  await writeClaims(store, record, { claims, caveat: experiment.caveats[record.preset] });
  return claims;
}
