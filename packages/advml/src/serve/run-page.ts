import {
  claimsHtml,
  escapeHtml,
  factsHtml,
  readClaims,
  type SeenRun,
  seenRun,
  tableOfHtml,
  verdictHtml,
} from '@advml/runs/internal';
import { curvesHtml, lastRecord } from './curves.ts';
import { addressOf, type Page, pageLink, stateHtml } from './page.ts';
import { type ServedFolder, servedFolder } from './served-folder.ts';

/** Letters of an error that are shown. */
const SHOWN = 4000;

const textOf = async ({ store }: ServedFolder, name: string): Promise<string> =>
  new TextDecoder().decode(await store.read(name));

/** What is at work, as far as its files tell. */
async function progressHtml(folder: ServedFolder, { state }: SeenRun, log: string): Promise<string> {
  if (state === 'finished') return '';
  const last = lastRecord(log);
  const at = (await folder.changed('metrics.jsonl'))?.toISOString().replace(/^.*T(.*)\.\d+Z$/, '$1 UTC');
  const training = last ? `<p>Training: ${escapeHtml(last.phase)}, step ${last.step}, at ${at}.</p>` : '';
  const measures = (await folder.list('measures', true)).filter((name) => name.endsWith('.json'));
  const made = measures.map((name) => `<code>${escapeHtml(name.replace(/\.json$/, ''))}</code>`).join(' ');
  return `${training}${made && `<p>Measured so far: ${made}</p>`}`;
}

async function errorHtml(folder: ServedFolder, { state }: SeenRun): Promise<string> {
  const text = state === 'failed' ? await textOf(folder, 'error.txt') : '';
  return text && `<pre>${escapeHtml(text.slice(0, SHOWN))}</pre>`;
}

/**
 * The pictures that a run or sweep has left.
 *
 * @param folder - Its folder.
 * @returns HTML.
 */
async function picturesHtml({ parts, list }: ServedFolder): Promise<string> {
  const names = (await list('figures')).filter((name) => name.endsWith('.svg'));
  const figures = names.map((name) => {
    const address = addressOf([...parts, 'figures', name]);
    const image = `<img src="${address}?screen" alt="${escapeHtml(name.replace(/\.svg$/, ''))}" loading="lazy">`;
    return `<figure><a href="${address}">${image}</a></figure>`;
  });
  return figures.length > 0 ? `<h2>Figures</h2>${figures.join('\n')}` : '';
}

const FILES = [
  ...['report.html', 'claims.json', 'run.json', 'sweep.json', 'results.csv', 'results.parquet'],
  ...['metrics.jsonl', 'error.txt'],
];

/**
 * Links to files that a run or sweep has left.
 *
 * @param folder - Its folder.
 * @returns HTML.
 */
export async function filesHtml({ parts, list }: ServedFolder): Promise<string> {
  const [top, tables] = [await list(''), await list('tables')];
  const names = [
    ...FILES.filter((name) => top.includes(name)),
    ...tables.filter((name) => name.endsWith('.csv')).map((name) => `tables/${name}`),
  ];
  const links = names.map(
    (name) => `<li><a href="${addressOf([...parts, ...name.split('/')])}">${escapeHtml(name)}</a></li>`,
  );
  return links.length > 0 ? `<h2>Files</h2><ul class="files">${links.join('\n')}</ul>` : '';
}

/** The runs of single seeds in a run of several. */
async function seedsHtml(root: string, parts: readonly string[], seeds: readonly number[]): Promise<string> {
  if (seeds.length < 2) return '';
  const rows: string[][] = [];
  for (const seed of seeds) {
    const own = [...parts, `seed-${seed}`];
    const { state, record } = await seenRun(servedFolder(root, own).store);
    rows.push([record ? pageLink(own, `seed ${seed}`) : `seed ${seed}`, stateHtml(state)]);
  }
  return `<h2>Seeds</h2>${tableOfHtml(['Seed', 'State'], rows)}`;
}

/**
 * The page of a run, by its files alone.
 *
 * @param root - The folder that is served.
 * @param parts - The parts of the run's path in it.
 * @param title - What it is called.
 * @returns The page.
 * @throws InputError if a file is damaged.
 */
export async function runPage(root: string, parts: readonly string[], title: string): Promise<Page> {
  const folder = servedFolder(root, parts);
  const seen = await seenRun(folder.store);
  const { record, state } = seen;
  if (!record) return { title, sections: [{ id: 'state', html: stateHtml(state) }] };
  const [kept, log] = [await readClaims(folder.store), await textOf(folder, 'metrics.jsonl')];
  const report = state === 'finished' ? ` <a href="${addressOf([...parts, 'report.html'])}">The whole report</a>` : '';
  const setting = escapeHtml(JSON.stringify(record.setting, null, 2));
  return {
    title,
    sections: [
      { id: 'state', html: `<p>${escapeHtml(record.experiment)} ${stateHtml(state)}${report}</p>${factsHtml(record)}` },
      { id: 'error', html: await errorHtml(folder, seen) },
      { id: 'progress', html: await progressHtml(folder, seen, log) },
      { id: 'verdict', html: kept ? verdictHtml(kept.claims, kept.caveat) : '' },
      { id: 'seeds', html: await seedsHtml(root, parts, record.seeds) },
      { id: 'judged', html: kept && kept.claims.length > 0 ? claimsHtml(kept.claims, kept.caveat) : '' },
      { id: 'curves', html: curvesHtml(log) },
      { id: 'pictures', html: await picturesHtml(folder) },
      { id: 'files', html: await filesHtml(folder) },
      {
        id: 'setting',
        html: `<h2>Setting</h2><details><summary>Every value of the setting</summary><pre>${setting}</pre></details>`,
      },
    ],
  };
}
