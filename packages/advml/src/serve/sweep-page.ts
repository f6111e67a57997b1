import { InputError } from '@advml/core';
import { durationText } from '@advml/core/internal';
import { type Claim, shortNumber } from '@advml/runs';
import { groupsOf, keysBesideSeed, type SweepGroup, type SweepResults, valueText } from '@advml/runs/disk';
import { escapeHtml, resultsIn, type SweptRun, sweptRuns, tableOfHtml, verdictClass } from '@advml/runs/internal';
import { sweepFigures } from '../sweep/figures.ts';
import { bothWidths } from './curves.ts';
import { type Page, pageLink, stateHtml } from './page.ts';
import { filesHtml } from './run-page.ts';
import { servedFolder } from './served-folder.ts';

/** Rows of a table that are shown. */
const SHOWN = 500;

/** A claim in brief: its name and whether it holds; grey where verdicts are none. */
export const chipHtml = ({ id, holds }: Pick<Claim, 'id' | 'holds'>, caveat?: string): string =>
  `<li class="${verdictClass(holds, caveat)}">${escapeHtml(id)} ${holds ? '✓' : '✗'}</li>`;

/** Claims in brief. */
export const chipsHtml = (chips: readonly string[]): string =>
  chips.length > 0 ? `<ul class="chips">${chips.join('')}</ul>` : '';

/** How far a sweep is, in words. */
function stateOf(runs: readonly SweptRun[]): string {
  const count = (state: SweptRun['state']) => runs.filter((run) => run.state === state).length;
  const [finished, running] = [count('finished'), count('running')];
  const others = (['failed', 'stopped', 'waiting'] as const).flatMap((state) =>
    count(state) > 0 ? [`${count(state)} ${state}`] : [],
  );
  const words = [
    `${finished} of ${runs.length} runs finished`,
    ...(running > 0 ? [`${running} at work`] : []),
    ...others,
  ];
  const took = runs.flatMap(({ state, record }) => (state === 'finished' ? (record?.seconds ?? []) : []));
  const each = took.reduce((sum, seconds) => sum + seconds, 0) / took.length;
  const open = runs.length - finished - count('failed');
  const left = running > 0 && took.length > 0 ? [`about ${durationText((each * open) / running)} left`] : [];
  return `<p class="verdict">${[...words, ...left].join(', ')}</p><progress max="${runs.length}" value="${finished}"></progress>`;
}

/** A mean with its interval, and in how many runs the claim holds. */
function meanHtml(group: SweepGroup | undefined): string {
  if (!group) return '';
  const { value, low, high, held, count } = group;
  const interval = low === null || high === null ? '' : ` [${shortNumber(low)}, ${shortNumber(high)}]`;
  return `${shortNumber(value)}${interval}${held === null ? '' : `, holds in ${held}/${count}`}`;
}

function meansHtml(results: SweepResults): string {
  const keys = keysBesideSeed(results);
  const groups = groupsOf(results, keys);
  const names = [...new Set(groups.map(({ quantity }) => quantity))];
  const places = new Map<string, SweepGroup[]>();
  for (const group of groups) {
    const place = JSON.stringify(group.values);
    places.set(place, [...(places.get(place) ?? []), group]);
  }
  const rows = [...places.values()]
    .slice(0, SHOWN)
    .map((own) => [
      ...keys.map((key) => escapeHtml(valueText(own[0].values[key]))),
      ...names.map((name) => meanHtml(own.find(({ quantity }) => quantity === name))),
    ]);
  return rows.length === 0
    ? ''
    : `<h2>Means over seeds</h2><div class="means">${tableOfHtml([...keys, ...names], rows)}</div>`;
}

/** A figure for each claim, over the first two sides of the grid; none where it has no side, or a line would go over words. */
function figuresHtml(results: SweepResults): string {
  const { sides, rows } = results;
  const y = [...new Set(rows.filter(({ value }) => Number.isFinite(value)).map(({ quantity }) => quantity))];
  const x = sides.slice(0, 2);
  const view = { x, by: keysBesideSeed(results).filter((key) => !x.includes(key)), y };
  if (sides.length === 0 || y.length === 0) return '';
  try {
    const figures = y.map((quantity) =>
      bothWidths((options) => sweepFigures(results, { ...view, y: [quantity] }, options).get(quantity) as string),
    );
    return `<h2>Figures</h2>${figures.join('\n')}`;
  } catch (error) {
    if (error instanceof InputError) return '';
    throw error;
  }
}

/** Those at work first, then what went wrong, then the others as they come. */
const URGENCY: readonly SweptRun['state'][] = ['running', 'failed', 'stopped', 'finished', 'waiting'];

function runsHtml(parts: readonly string[], runs: readonly SweptRun[], { rows, caveats }: SweepResults): string {
  const sorted = runs.toSorted((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state)).slice(0, SHOWN);
  const chips = new Map<string, string[]>();
  for (const { run, quantity, holds } of rows)
    if (holds !== null) chips.set(run, [...(chips.get(run) ?? []), chipHtml({ id: quantity, holds }, caveats[0])]);
  const cells = sorted.map(({ run: { name }, state, record }) => [
    record || state === 'failed' ? pageLink([...parts, name], name) : escapeHtml(name),
    stateHtml(state),
    record?.seconds === undefined ? '' : durationText(record.seconds),
    chipsHtml(chips.get(name) ?? []),
  ]);
  const more = runs.length > SHOWN ? `<p class="quiet">and ${runs.length - SHOWN} more</p>` : '';
  return `<h2>Runs</h2>${tableOfHtml(['Run', 'State', 'Took', 'Claims'], cells)}${more}`;
}

/**
 * The page of a sweep, by its files alone.
 *
 * @param root - The folder that is served.
 * @param parts - The parts of the sweep's path in it.
 * @param title - What it is called.
 * @returns The page.
 * @throws InputError if a file is damaged.
 */
export async function sweepPage(root: string, parts: readonly string[], title: string): Promise<Page> {
  const folder = servedFolder(root, parts);
  const [runs, results] = [await sweptRuns(folder.store), { ...(await resultsIn(folder.store)), location: title }];
  return {
    title,
    sections: [
      { id: 'state', html: stateOf(runs) },
      { id: 'caveats', html: results.caveats.map((caveat) => `<p class="quiet">${escapeHtml(caveat)}</p>`).join('') },
      { id: 'pictures', html: figuresHtml(results) },
      { id: 'means', html: meansHtml(results) },
      { id: 'runs', html: runsHtml(parts, runs, results) },
      { id: 'files', html: await filesHtml(folder) },
    ],
  };
}
