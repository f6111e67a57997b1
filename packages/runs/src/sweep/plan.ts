import { InputError } from '@advml/core';
import type { Experiment } from '../experiment.ts';
import { requireDifferent } from '../names.ts';
import { presetOf } from '../presets.ts';
import { type Overrides, overridesAt, parseSetting } from '../settings/settings.ts';
import type { ModuleVersion } from '../store/run-module.ts';
import { valuesOf } from './grid-side.ts';
import { identityOf } from './identity.ts';
import { countOfPlaces, type Place, placesOf, sidesOf } from './places.ts';
import type { SweepRequest } from './request.ts';
import { requireSides } from './results/column-names.ts';
import { runName, valueText } from './run-name.ts';

/** An experiment of a sweep. */
export interface SweptExperiment {
  /** The experiment. */
  readonly experiment: Experiment;
  /** URL of the module that exports it. */
  readonly url: string;
  /** That module, where it is none of those that ship. */
  readonly module?: ModuleVersion;
}

/** One run of a sweep. */
export interface PlannedRun {
  /** Its identity: a digest of the complete setting, the seed, the experiment and the version. */
  readonly id: string;
  /** Its folder in that of the sweep. */
  readonly name: string;
  /** Name of its experiment. */
  readonly experiment: string;
  /** Its seed. */
  readonly seed: number;
  /** Its place in the sweep: a value, or the name of a change, for each side. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** All runs of a sweep, and what they are made of. */
export interface SweepPlan {
  /** What was asked for. */
  readonly request: SweepRequest;
  /** Its experiments. */
  readonly experiments: readonly SweptExperiment[];
  /** Version of the program, which is part of each identity. */
  readonly version: string;
  /** The runs: every place, each with every seed; of a halving those of the first rung. */
  readonly runs: readonly PlannedRun[];
  /** The runs of the further rungs of a halving, of which the best are made. */
  readonly later: readonly PlannedRun[];
}

/** Runs that one sweep may have: each is a folder. */
const MOST_RUNS = 100_000;

/** Settings by dotted keys as changes, one after the other. */
const changesOf = (settings: Overrides): readonly Overrides[] =>
  Object.entries(settings).map(([key, value]) => overridesAt(key.split('.'), value));

/**
 * The changes of the preset at a place of a sweep.
 *
 * @param sweep - What all runs share, and the sides.
 * @param values - The place.
 * @returns The changes; later ones win.
 */
export function overridesOf(
  { set, claims, grid }: Pick<SweepRequest, 'set' | 'claims' | 'grid'>,
  values: Place,
): readonly Overrides[] {
  const placed = Object.entries(values).flatMap(([side, value]) => {
    const along = grid[side];
    return changesOf(Array.isArray(along) ? { [side]: value } : (along as Record<string, Overrides>)[value as string]);
  });
  return [...changesOf(set), ...(claims ? [{ claims }] : []), ...placed];
}

/** What all places of a sweep share: its request, with all sides in the grid. */
type Sides = Pick<SweepRequest, 'preset' | 'set' | 'claims' | 'grid'>;

/** The setting of a run; what refuses it is told with its place. */
function settingAt(sides: Sides, { presets, schema, name }: Experiment, values: Place): unknown {
  try {
    const layers = [presetOf({ name, presets }, sides.preset), ...overridesOf(sides, values)];
    return parseSetting(schema, layers);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const place = Object.entries(values).map(([side, value]) => `${side}=${valueText(value)}`);
    throw new InputError(`${[name, ...place].join(', ')}: ${error.message}`, { cause: error });
  }
}

/** The rungs of a halving, each as what it adds to a place; one that adds nothing where nothing is halved. */
function rungsOf({ halving }: SweepRequest): readonly Place[] {
  const sides = Object.entries(halving?.rungs ?? {});
  return sides.length === 0
    ? [{}]
    : sides.flatMap(([side, rungs]) => valuesOf(rungs).map((value) => ({ [side]: value })));
}

/**
 * The runs of a sweep: every combination of the values of its grid, with every place of its search, each with every seed; and, where it
 * is halved, all that may come to further rungs. All settings are checked.
 *
 * @param request - What is asked for, as `parseSweep` gives it.
 * @param experiments - Its experiments, one for each name of the request.
 * @param version - Version of the program.
 * @returns The plan; nothing is run yet.
 * @throws InputError if a setting cannot be used, two experiments have one name or are halved together, a side is called like another
 * column of the table, two runs would be the same, or there are too many.
 * @example
 * ```ts
 * const found = await loadExperiment('./my-experiment.mjs');
 * const request = parseSweep({ experiment: './my-experiment.mjs', grid: { steps: [100, 200] }, seeds: 3 });
 * const plan = planSweep(request, [found], '1.0.0'); // six runs
 * ```
 */
export function planSweep(request: SweepRequest, experiments: readonly SweptExperiment[], version: string): SweepPlan {
  if (request.halving && experiments.length > 1)
    throw new InputError(
      `a halving compares runs of one experiment, got ${experiments.length}; start a sweep for each`,
    );
  requireDifferent(
    'experiments',
    experiments.map(({ experiment }) => experiment.name),
  );
  const sides: Sides = { ...request, grid: sidesOf(request) };
  requireSides(Object.keys(sides.grid));
  const rungs = rungsOf(request);
  const count = experiments.length * countOfPlaces(request) * rungs.length * request.seeds.length;
  if (count > MOST_RUNS)
    throw new InputError(`a sweep may have ${MOST_RUNS} runs at most, got ${count}; take fewer values or seeds`);
  const places = placesOf(request);
  const runsOf = (rung: Place) =>
    experiments.flatMap(({ experiment, module }) =>
      places.flatMap((place) => {
        const values = { ...place, ...rung };
        const setting = settingAt(sides, experiment, values);
        return request.seeds.map((seed): PlannedRun => {
          const id = identityOf({ version, experiment: experiment.name, digest: module?.digest, setting, seed });
          const words = experiments.length > 1 ? [experiment.name] : [];
          return { id, name: runName(values, seed, id, words), experiment: experiment.name, seed, values };
        });
      }),
    );
  const [runs, ...later] = rungs.map(runsOf);
  requireDifferentRuns([...runs, ...later.flat()]);
  return { request, experiments, version, runs, later: later.flat() };
}

/** Refuses two runs that would do the same: a value that is there twice, or a change that changes nothing. */
export function requireDifferentRuns(runs: readonly PlannedRun[]): void {
  const seen = new Map<string, string>();
  for (const { id, name } of runs) {
    const other = seen.get(id);
    if (other !== undefined)
      throw new InputError(`two runs of the sweep are the same, ${other} and ${name}; leave one of them out`);
    seen.set(id, name);
  }
}
