import { comparisonIn } from '../bar.ts';
import type { Claim } from '../claim.ts';
import type { Figure, SeedRun } from '../experiment.ts';
import type { OpenedRun } from '../opened-run.ts';
import type { RunRecord } from '../store/run-record.ts';
import { folderOf, type RunStore } from '../store/store.ts';
import { cellText, type Table, tableCsv } from '../table.ts';
import { attackTerms } from './attack-words.ts';
import { claimsHtml } from './claims-html.ts';
import { commandLine } from './command-line.ts';
import { escapeHtml, pageHtml, tableHtml } from './html.ts';
import { requireFigures, requireSvg, requireTables } from './require-shown.ts';
import { factsHtml, verdictHtml } from './summary.ts';

// What a page or a folder has beside the figures and tables of an experiment is called by names that `requireName` refuses to those.

/** What gave the number of a claim. */
const judgesOf = ({ attack, certifier }: Claim): readonly string[] =>
  [attack, certifier].filter((label) => label !== undefined);

/** The attacks and certifiers that claims were measured with, and what the words in their labels mean. */
function attacksHtml(claims: readonly Claim[]): string {
  const labels = [...new Set(claims.flatMap(judgesOf))];
  if (labels.length === 0) return '';
  const idsOf = (label: string) => claims.filter((claim) => judgesOf(claim).includes(label)).map(({ id }) => id);
  const rows = labels.map((label) => [idsOf(label).join(', '), label]);
  const terms = attackTerms(labels).map(
    ({ term, words }) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(words)}</dd>`,
  );
  return `<h2 id="_attacks">Attacks and proofs</h2>
${labels.some((label) => label.includes('worst of')) ? '<p>“worst of”: an example counts as withstood only if none of these attacks broke it.</p>' : ''}
${tableHtml(['Claims', 'Attack or certifier'], rows)}
<h3>In words</h3><dl class="terms">${terms.join('\n')}</dl>`;
}

/** Width in pixels of a figure on a phone. */
const NARROW = 360;

/** A figure that was drawn once, as it stands in its file. */
interface Drawn {
  readonly figure: Figure;
  readonly svg: string;
}

function figureHtml({ figure: { name, draw }, svg }: Drawn): string {
  const narrow = `<div class="on-narrow">${requireSvg(name, draw({ width: NARROW }))}</div>`;
  return `<figure id="${escapeHtml(name)}"><div class="on-wide">${svg}</div>${narrow}</figure>`;
}

async function writeFigures(store: RunStore, figures: readonly Figure[]): Promise<readonly Drawn[]> {
  const drawn: Drawn[] = [];
  for (const figure of figures) {
    const svg = requireSvg(figure.name, figure.draw());
    await store.write(`figures/${figure.name}.svg`, svg);
    drawn.push({ figure, svg });
  }
  return drawn;
}

function tableSectionHtml({ name, title, note, columns, rows }: Table): string {
  const table = tableHtml(
    columns,
    rows.map((row) => row.map(cellText)),
  );
  return `<section id="${escapeHtml(name)}.table"><h3>${escapeHtml(title)}</h3>${table}<p class="quiet">${escapeHtml(note)}</p></section>`;
}

function settingHtml({ setting, environment, module }: RunRecord): string {
  const digests = module?.digests.join(', then changed to ');
  const table = tableHtml(
    ['What', 'Value'],
    [...Object.entries(environment), ...(module ? [['experiment', `${module.path}, SHA-256 ${digests}`]] : [])],
  );
  const values = `<pre>${escapeHtml(JSON.stringify(setting, null, 2))}</pre>`;
  return `<h2 id="_setting">Setting</h2>
<details><summary>Versions and machine</summary>${table}</details>
<details><summary>Every value of the setting</summary>${values}</details>`;
}

const isShareLike = (value: number): boolean => Math.abs(value) <= 2;

/** The picture that stands for several seeds: every proportion-like claim with its interval over seeds, if there is one. */
async function seedsFigures(claims: readonly Claim[]): Promise<readonly Figure[]> {
  const rows = claims.flatMap(({ id, quantity, value, interval, holds, ...claim }) => {
    const at = comparisonIn(claim.bar)?.at;
    const bar = at !== undefined && isShareLike(at) ? { bar: at } : {};
    return interval?.every(isShareLike)
      ? [{ label: `${id}: ${quantity}`, value, low: interval[0], high: interval[1], ...bar, holds }]
      : [];
  });
  if (rows.length === 0) return [];
  const { intervals } = await import('./drawing.ts');
  const title = 'Claims over seeds';
  const caption =
    'Mean of each number over seeds with its 95% interval (Student). A claim holds over seeds if it holds in at least four of five and the interval lies beyond its bar.';
  return [{ name: '_seeds', draw: (options) => intervals({ rows, title, caption }, options) }];
}

/**
 * Writes `report.html`, one file that opens offline, `figures/*.svg` and `tables/*.csv` of a finished run.
 *
 * @param run - The run; several seeds give claims, tables and figures over seeds.
 * @param claims - Its claims.
 * @throws InputError if a measurement is missing or damaged.
 */
export async function writeReport(run: OpenedRun, claims: readonly Claim[]): Promise<void> {
  const { store, record, experiment, setting } = run;
  const { seeds } = record;
  const caveat = experiment.caveats[record.preset];
  const several = seeds.length > 1;
  const runs = seeds.map((seed): SeedRun => ({ seed, store: several ? folderOf(store, `seed-${seed}`) : store }));
  const tables = await experiment.tables(runs, setting);
  requireTables(tables);
  const figures = await experiment.figures(runs, setting);
  requireFigures(figures);
  for (const table of tables) await store.write(`tables/${table.name}.csv`, tableCsv(table));
  const links = seeds.map((seed) => `<li><a href="seed-${seed}/report.html">seed ${seed}</a></li>`).join('');
  const [key, ...others] = await writeFigures(store, [...(several ? await seedsFigures(claims) : []), ...figures]);
  const body = [
    `<h1>${escapeHtml(experiment.title)}</h1>`,
    verdictHtml(claims, caveat),
    factsHtml(record, commandLine(record, experiment)),
    key ? figureHtml(key) : '',
    ...experiment.introduction.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    several ? `<p>Reports of the single seeds:</p><ul>${links}</ul>` : '',
    ...(claims.length > 0 ? [claimsHtml(claims, caveat), attacksHtml(claims)] : []),
    ...(tables.length > 0 ? ['<h2 id="_tables">Tables</h2>', ...tables.map(tableSectionHtml)] : []),
    ...(others.length > 0 ? ['<h2 id="_pictures">Pictures</h2>', ...others.map(figureHtml)] : []),
    settingHtml(record),
  ];
  await store.write(
    'report.html',
    await pageHtml(
      `${experiment.title}, ${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`}`,
      body.join('\n'),
    ),
  );
}
