import { basename } from 'node:path';
import { InputError } from '@advml/core';
import { escapeHtml, type RunState, readClaims, seenRun, sweptRuns, tableOfHtml } from '@advml/runs/internal';
import { type FoundFolder, findFolders } from './find.ts';
import { type Page, pageLink, stateHtml } from './page.ts';
import { servedFolder } from './served-folder.ts';
import { chipHtml, chipsHtml } from './sweep-page.ts';
import type { Limits } from './walk.ts';

/** What a row says of a run or sweep, as HTML. */
interface Row {
  readonly what: string;
  readonly state: string;
  readonly started: string;
  readonly claims: string;
}

async function runRow(root: string, parts: readonly string[]): Promise<Row> {
  const { store } = servedFolder(root, parts);
  const { state, record } = await seenRun(store);
  const kept = await readClaims(store);
  return {
    what: record ? escapeHtml(`${record.experiment}, ${record.preset}, ${seedsText(record.seeds)}`) : '',
    state: stateHtml(state),
    started: record ? escapeHtml(record.started) : '',
    claims: kept ? chipsHtml(kept.claims.map((claim) => chipHtml(claim, kept.caveat))) : '',
  };
}

const seedsText = (seeds: readonly number[]): string =>
  seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`;

/** How a sweep is: at work if one of its runs is. */
function sweepState(states: readonly RunState[]): RunState {
  const order: readonly RunState[] = ['running', 'failed', 'stopped', 'waiting', 'finished'];
  return order.find((state) => states.includes(state)) ?? 'finished';
}

async function sweepRow(root: string, parts: readonly string[]): Promise<Row> {
  const runs = await sweptRuns(servedFolder(root, parts).store);
  const finished = runs.filter(({ state }) => state === 'finished').length;
  const began = runs.flatMap(({ record }) => record?.started ?? []).sort();
  return {
    what: `sweep, ${finished} of ${runs.length} runs finished`,
    state: stateHtml(sweepState(runs.map(({ state }) => state))),
    started: escapeHtml(began[0] ?? ''),
    claims: '',
  };
}

async function rowOf(root: string, { parts, kind }: FoundFolder): Promise<Row> {
  try {
    return await (kind === 'run' ? runRow(root, parts) : sweepRow(root, parts));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { what: escapeHtml(error.message), state: stateHtml('damaged'), started: '', claims: '' };
  }
}

/**
 * The page of a folder with runs and sweeps in it, the latest first, those of one time by path.
 *
 * @param root - The folder.
 * @param limits - How far they are looked for. Default: as far as a page does that is to be there soon.
 * @returns The page.
 */
export async function topPage(root: string, limits?: Limits): Promise<Page> {
  const { found, more } = await findFolders(root, limits);
  const rows: (readonly [FoundFolder, Row])[] = [];
  for (const folder of found) rows.push([folder, await rowOf(root, folder)]);
  const cells = rows
    .toSorted(([, a], [, b]) => Number(a.started < b.started) - Number(a.started > b.started))
    .map(([{ parts }, { what, state, started, claims }]) => [
      pageLink(parts, parts.join('/')),
      what,
      state,
      started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
      claims,
    ]);
  const none = `<p>There are no runs in this folder yet. <code>advml run paper --out ${escapeHtml(basename(root))}/paper</code> begins one.</p>`;
  const table = tableOfHtml(['Folder', 'What', 'State', 'Started', 'Claims'], cells);
  const others = more > 0 ? `<p class="quiet">and ${more} more folders, into which this page does not look</p>` : '';
  return { title: basename(root), sections: [{ id: 'runs', html: (cells.length > 0 ? table : none) + others }] };
}
