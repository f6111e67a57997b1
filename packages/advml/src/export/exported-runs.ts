import { join } from 'node:path';
import { InputError } from '@advml/core';
import { decodeJsonLines } from '@advml/formats';
import type { Claim, MetricRecord, RunRecord, RunStore } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';
import { type RunState, readClaims, seenRun, sweptRuns } from '@advml/runs/internal';
import { named } from '../attack/arrays.ts';
import { findFolders } from '../serve/find.ts';

/** A run of one seed, as it is told to other programs. */
export interface ExportedRun {
  /** Its folder, from that which is exported, with slashes; empty if it is that. */
  readonly name: string;
  /** How it is. */
  readonly state: RunState;
  /** Its record. */
  readonly record: RunRecord;
  /** The numbers of its training so far. */
  readonly log: readonly MetricRecord[];
  /** Its claims; none before it is finished. */
  readonly claims: readonly Claim[];
}

/** The folders of runs in a folder: its own, those of a sweep, or all that are found. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  const { found } = await findFolders(folder, { deepest: Infinity, most: Infinity });
  for (const { parts, kind } of found) {
    const runs = kind === 'sweep' ? await sweptRuns(diskStore(join(folder, ...parts))) : undefined;
    if (runs) names.push(...runs.map(({ run }) => [...parts, run.name].join('/')));
    else names.push(parts.join('/'));
  }
  return names;
}

async function textOf(store: RunStore, name: string): Promise<string> {
  return new TextDecoder().decode(await store.read(name));
}

/** A run, or the runs of its seeds; none where it has not begun. */
async function* runsAt(folder: string, name: string): AsyncGenerator<ExportedRun> {
  const store = diskStore(join(folder, name));
  const { state, record } = await seenRun(store);
  if (!record) return;
  if (record.seeds.length > 1) {
    for (const seed of record.seeds) yield* runsAt(folder, [...(name ? [name] : []), `seed-${seed}`].join('/'));
    return;
  }
  const file = 'metrics.jsonl';
  const text = await textOf(store, file);
  const { records } = await named(join(store.location, file), () => decodeJsonLines(text, { allowTornLastLine: true }));
  const claims = (await readClaims(store))?.claims ?? [];
  yield { name, state, record, log: records as readonly MetricRecord[], claims };
}

/**
 * The runs in a folder, each seed for itself, one after the other.
 *
 * @param folder - Folder of a run or a sweep, or one with such folders in it.
 * @returns The runs that have begun.
 * @throws InputError if there is none, or a file is damaged.
 */
export async function* exportedRuns(folder: string): AsyncGenerator<ExportedRun> {
  let found = false;
  for (const name of await foldersIn(folder))
    for await (const run of runsAt(folder, name)) {
      found = true;
      yield run;
    }
  if (!found)
    throw new InputError(`there is no run in ${folder}; name the folder of a run or a sweep, or one with such folders`);
}

/** A number of a run. */
export interface ExportedNumber {
  /** What it is, such as `clean/loss`, `claim/C3` or `holds/C3`. */
  readonly key: string;
  /** The step of its phase; 0 for claims. */
  readonly step: number;
  /** The number, finite. */
  readonly value: number;
}

/**
 * The numbers of a run: those of its training by phase, and of each claim its number and whether it holds.
 *
 * @param run - The run.
 * @returns The numbers; what is not finite is left out.
 */
export function numbersOf({ log, claims }: ExportedRun): readonly ExportedNumber[] {
  const training = log.flatMap(({ phase, step, ...numbers }) =>
    Object.entries(numbers).map(([name, value]) => ({ key: `${phase}/${name}`, step, value: value as number })),
  );
  const judged = claims.flatMap(({ id, value, holds }) => [
    { key: `claim/${id}`, step: 0, value },
    { key: `holds/${id}`, step: 0, value: Number(holds) },
  ]);
  return [...training, ...judged].filter(({ value }) => Number.isFinite(value));
}
