import { InputError } from '@advml/core';
import { z } from 'zod';
import { readable } from '../store/damage.ts';
import { diskStore } from '../store/disk-store.ts';
import { inShell } from '../store/in-shell.ts';
import type { ModuleVersion } from '../store/run-module.ts';
import { seal, unseal } from '../store/sealed.ts';
import { type RunStore, readText } from '../store/store.ts';
import { sidesOf } from './places.ts';
import { type PlannedRun, requireDifferentRuns, type SweepPlan } from './plan.ts';
import type { SweepRequest } from './request.ts';

/** What `sweep.json` says: all that is needed to make any of the runs, and to know what each run folder is. */
export interface SweepRecord extends Pick<SweepRequest, 'preset' | 'set' | 'claims' | 'grid'> {
  /** Version of this form of record. */
  readonly format: 'advml-sweep-1';
  /** Version of the program. */
  readonly version: string;
  /** The experiments by name, with the module of each that is none of those that ship. */
  readonly experiments: Readonly<Record<string, ModuleVersion | null>>;
  /** What must be known to read the claims of the preset. */
  readonly caveats: readonly string[];
  /** The runs, in the order of the tables. */
  readonly runs: readonly PlannedRun[];
}

const json = z.record(z.string(), z.unknown());

const record = z.strictObject({
  format: z.literal('advml-sweep-1'),
  version: z.string(),
  experiments: z.record(z.string(), z.strictObject({ path: z.string(), digest: z.string() }).nullable()),
  preset: z.string().optional(),
  set: json,
  claims: z.union([z.literal('all'), z.array(z.string())]).optional(),
  grid: z.record(z.string(), z.union([z.array(z.unknown()), z.record(z.string(), json)])),
  caveats: z.array(z.string()),
  runs: z.array(
    z.strictObject({
      id: z.string().regex(/^[0-9a-f]{64}$/),
      name: z.string().regex(/^[\w.+,=-]*seed=\d+-[0-9a-f]{8}$/), // no way out of the folder
      experiment: z.string(),
      seed: z.int().min(0),
      values: json,
    }),
  ),
}) satisfies z.ZodType<SweepRecord>;

const FILE = 'sweep.json';

/**
 * The record of a sweep.
 *
 * @param store - Its folder.
 * @returns The record, or undefined if there is none.
 * @throws InputError if the file is damaged.
 */
export async function readSweepRecord(store: RunStore): Promise<SweepRecord | undefined> {
  const text = await readText(store, FILE);
  if (text === undefined) return undefined;
  const wayOut = 'it is damaged or no record of a sweep; start the sweep in another folder';
  return readable(store, FILE, wayOut, () => record.parse(unseal(text)));
}

/**
 * What a sweep is, for whoever carries out its runs.
 *
 * @param folder - Its folder.
 * @returns The record.
 * @throws InputError if there is no sweep, or the file is damaged.
 * @example
 * ```ts
 * const { runs } = await readSweep('runs/window');
 * ```
 */
export function readSweep(folder: string): Promise<SweepRecord> {
  return sweepIn(diskStore(folder));
}

/** The sweep in a store; see {@link readSweep}. */
export async function sweepIn(store: RunStore): Promise<SweepRecord> {
  const record = await readSweepRecord(store);
  if (record) return record;
  throw new InputError(
    `${store.location} holds no sweep; start one with 'advml sweep EXPERIMENT --grid KEY=V1,V2 --out ${inShell(store.location)}'`,
  );
}

/**
 * Writes the record of a sweep.
 *
 * @param store - Its folder.
 * @param value - The record.
 */
export async function writeSweepRecord(store: RunStore, value: SweepRecord): Promise<void> {
  await store.write(FILE, seal(record.parse(value), 1));
}

/**
 * The record of a plan.
 *
 * @param plan - The plan.
 * @returns Its record.
 */
export function recordOf({ request, experiments, version, runs }: SweepPlan): SweepRecord {
  const { preset, set, claims } = request;
  const caveats = experiments.flatMap(
    ({ experiment }) => experiment.caveats[preset ?? Object.keys(experiment.presets)[0]] ?? [],
  );
  return {
    format: 'advml-sweep-1',
    version,
    experiments: Object.fromEntries(experiments.map(({ experiment, module }) => [experiment.name, module ?? null])),
    preset,
    set,
    claims,
    grid: sidesOf(request),
    caveats: [...new Set(caveats)],
    runs,
  };
}

/**
 * Runs by the names of their folders, which one has from when it came into the sweep: other experiments, or sides in another order, give
 * others.
 *
 * @param record - The sweep.
 * @param runs - Runs of it.
 * @returns The same runs, called as the record calls them.
 */
export function namedBy(record: SweepRecord, runs: readonly PlannedRun[]): readonly PlannedRun[] {
  const names = new Map(record.runs.map(({ id, name }) => [id, name]));
  return runs.map((run) => ({ ...run, name: names.get(run.id) ?? run.name }));
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Where a run stands among the others of its sweep, whatever its identity. */
const placeOf = ({ experiment, seed, values }: PlannedRun): string =>
  JSON.stringify([experiment, seed, Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** The values of both along each side of a grid, without those that are there twice. */
function joined(before: SweepRecord['grid'], now: SweepRecord['grid']): SweepRecord['grid'] {
  return Object.fromEntries(
    Object.entries(before).map(([side, known]) => {
      const more = now[side];
      if (!Array.isArray(known) || !Array.isArray(more)) return [side, { ...known, ...more }];
      const there = new Set(known.map((value) => JSON.stringify(value)));
      return [side, [...known, ...more.filter((value) => !there.has(JSON.stringify(value)))]];
    }),
  );
}

/**
 * A sweep with more runs: other values, other seeds, other experiments.
 *
 * @param location - Where it is, for the message.
 * @param before - What is there.
 * @param now - What is asked for.
 * @returns The record of both.
 * @throws InputError if the two are no parts of one sweep.
 */
export function extended(location: string, before: SweepRecord, now: SweepRecord): SweepRecord {
  const differs = (what: string, then: unknown, asked: unknown) =>
    new InputError(
      `${location} holds a sweep with other ${what} (there ${JSON.stringify(then) ?? 'none'}, here ${JSON.stringify(asked) ?? 'none'}); only values, seeds and experiments may be added: choose another folder`,
    );
  for (const what of ['version', 'preset', 'set', 'claims'] as const)
    if (!same(before[what], now[what])) throw differs(what, before[what], now[what]);
  const sides = [before, now].map(({ grid }) => Object.keys(grid).sort());
  if (!same(sides[0], sides[1])) throw differs('sides of its grid', sides[0], sides[1]);
  for (const [side, values] of Object.entries(now.grid))
    if (Array.isArray(before.grid[side]) !== Array.isArray(values))
      throw differs(`kind of values along '${side}'`, before.grid[side], values);
  for (const [name, module] of Object.entries(now.experiments)) {
    const known = before.experiments[name];
    if (known !== undefined && known?.digest !== module?.digest)
      throw differs(`code of the experiment '${name}'`, known, module);
  }
  const there = new Map(before.runs.map((run) => [placeOf(run), run]));
  const added = now.runs.filter((run) => {
    const known = there.get(placeOf(run));
    if (known && known.id !== run.id) throw differs(`settings of ${run.name}`, known.name, run.name);
    return !known;
  });
  requireDifferentRuns([...before.runs, ...added]);
  return {
    ...now,
    experiments: { ...before.experiments, ...now.experiments },
    grid: joined(before.grid, now.grid),
    caveats: [...new Set([...before.caveats, ...now.caveats])],
    runs: [...before.runs, ...added],
  };
}
