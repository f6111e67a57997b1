import { InputError } from '@advml/core';
import { diskStore } from '../../store/disk-store.ts';
import { requireSweepFolder, SEARCH_LOCK } from '../folder.ts';
import { valuesOf } from '../grid-side.ts';
import type { PlannedRun, SweepPlan } from '../plan.ts';
import { namedBy, readSweep } from '../record.ts';
import { type SweepRow, sweepResults } from '../results/rows.ts';
import { runSweep, type SweepOptions, type SweepOutcome } from '../run-sweep.ts';
import type { HalvingRequest } from './request.ts';

/** A place on a rung, and the number that decides. */
export interface Standing {
  /** The place, with the rung. */
  readonly values: PlannedRun['values'];
  /** The mean of the number over seeds. */
  readonly value: number;
}

/** How a halving ended. */
export interface HalvingOutcome extends SweepOutcome {
  /** The places that came to the last rung, the best first; without those where a run failed, or its number is not finite. */
  readonly standings: readonly Standing[];
}

/** A place without its rung, as text. */
const placeOf = ({ values }: Pick<PlannedRun, 'values'>, side: string): string =>
  JSON.stringify(Object.entries(values).filter(([key]) => key !== side));

/**
 * The places of a rung by what decides, the best first; of equal ones that first which is first in the plan. A place counts only if each
 * of its runs has given a number.
 *
 * @param runs - The runs of the rung.
 * @param rows - What the sweep has come to.
 * @param halving - What decides.
 * @returns The places.
 */
export function standingsOf(
  runs: readonly PlannedRun[],
  rows: readonly SweepRow[],
  { metric, better }: Pick<HalvingRequest, 'metric' | 'better'>,
): readonly Standing[] {
  const numbers = new Map(rows.flatMap(({ run, quantity, value }) => (quantity === metric ? [[run, value]] : [])));
  const places = new Map<string, { readonly values: PlannedRun['values']; readonly numbers: number[] }>();
  for (const { name, values } of runs) {
    const text = JSON.stringify(values);
    const place = places.get(text) ?? { values, numbers: [] };
    place.numbers.push(numbers.get(name) ?? Number.NaN);
    places.set(text, place);
  }
  const sign = better === 'greater' ? -1 : 1;
  return [...places.values()]
    .map(({ values, numbers }) => ({ values, value: numbers.reduce((sum, one) => sum + one, 0) / numbers.length }))
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((a, b) => sign * (a.value - b.value));
}

/** Makes the runs of a rung, and ends as soon as the first of them lacks the number that decides: the others would lack it too. */
async function runRung(
  folder: string,
  plan: SweepPlan,
  metric: string,
  { onEvent = () => {}, signal, ...options }: SweepOptions,
): Promise<SweepOutcome> {
  const ending = new AbortController();
  let first: Promise<unknown> | undefined;
  try {
    return await runSweep(folder, plan, {
      ...options,
      signal: AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]),
      onEvent: (event) => {
        onEvent(event);
        if (event.type !== 'run' || !['kept', 'finished'].includes(event.state)) return;
        first ??= sweepResults(folder, [metric]).catch((error) => ending.abort(error));
      },
    });
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    await first;
  }
}

/**
 * Carries out a sweep by successive halving: all places on the first rung; when all of these are made, the best of them on the next, one
 * of so many as the factor says and at least one; and so on. What goes on depends on the numbers of a whole rung and on nothing else,
 * so the same runs are made whatever the number of workers and their order, and a sweep that was stopped or killed is gone on with by
 * the same call. (ASHA of Li et al. lets runs go on as soon as there is a free worker; what goes on then depends on who came first.)
 *
 * @param folder - Folder of the sweep, as `runSweep` takes it.
 * @param plan - The plan of a request with `halving`.
 * @param options - Engine, listener and signal; each rung is told as a sweep of its own.
 * @returns How it ended.
 * @throws InputError if the plan has no rungs, or the first run that is finished lacks the number that decides; what `runSweep` throws.
 * @example
 * ```ts
 * const { standings } = await runHalving('runs/search', plan, { engine });
 * ```
 * @see K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016; L. Li et
 * al., "A system for massively parallel hyperparameter tuning", MLSys 2020.
 */
export async function runHalving(folder: string, plan: SweepPlan, options: SweepOptions): Promise<HalvingOutcome> {
  const { halving } = plan.request;
  if (!halving) throw new InputError('runHalving needs a sweep with rungs, in "halving"; runSweep carries out others');
  await requireSweepFolder(folder);
  const release = await diskStore(folder).lock(SEARCH_LOCK); // between two rungs too
  try {
    return await climbRungs(folder, plan, halving, options);
  } finally {
    await release();
  }
}

async function climbRungs(
  folder: string,
  plan: SweepPlan,
  halving: HalvingRequest,
  options: SweepOptions,
): Promise<HalvingOutcome> {
  const [[side, rungs]] = Object.entries(halving.rungs);
  const further = valuesOf(rungs).slice(1).values();
  const seeds = plan.request.seeds.length;
  let [runs, finished] = [plan.runs, 0];
  const failed: string[] = [];
  for (;;) {
    const outcome = await runRung(folder, { ...plan, runs }, halving.metric, options);
    finished += outcome.finished;
    failed.push(...outcome.failed);
    const { rows } = await sweepResults(folder, [halving.metric]);
    const standings = standingsOf(namedBy(await readSweep(folder), runs), rows, halving);
    const { value: rung, done } = further.next();
    if (done || standings.length === 0) return { finished, failed, standings };
    const places = Math.max(1, Math.floor(runs.length / seeds / halving.factor));
    const chosen = new Set(standings.slice(0, places).map((standing) => placeOf(standing, side)));
    runs = plan.later.filter((run) => run.values[side] === rung && chosen.has(placeOf(run, side)));
  }
}
