import { intervals } from '@advml/plots';
import type { Claim } from '../claim.ts';
import { experimentNamed } from '../experiments.ts';
import type { Figure, SeedRun } from '../run/experiment.ts';
import type { RunRecord } from '../run/run-record.ts';
import { parseSetting } from '../run/settings.ts';
import { folderOf, type RunStore } from '../run/store.ts';
import { escapeHtml, pageHtml, tableHtml } from './html.ts';
import { detailLine, numberOf } from './numbers.ts';
import { cellText, type Table, tableCsv } from './table.ts';

const HEADING = ['Claim', 'What is claimed', 'Number', 'Measured, 95% interval', 'Bar', 'Outcome'];

function claimsHtml(claims: readonly Claim[]): string {
  const outcome = ({ holds }: Claim) => (holds ? 'holds' : 'does not hold');
  const rows = claims.map((claim) => [
    claim.id,
    claim.statement,
    claim.quantity,
    numberOf(claim),
    claim.bar,
    outcome(claim),
  ]);
  const table = tableHtml(HEADING, rows)
    .replaceAll('<td>holds</td>', '<td class="holds">holds</td>')
    .replaceAll('<td>does not hold</td>', '<td class="fails">does not hold</td>');
  const notes = claims.map(({ id, attack, detail }) => {
    const line = `${attack ? `attack: ${attack}; ` : ''}${detailLine(detail)}`;
    return `<li><strong>${escapeHtml(id)}</strong> ${escapeHtml(line)}</li>`;
  });
  return `${table}<details><summary>Attacks and other numbers behind each claim</summary><ul>${notes.join('\n')}</ul></details>`;
}

function figureHtml({ name, svg }: Figure): string {
  return `<figure id="${escapeHtml(name)}">${svg}</figure>`;
}

function tableSectionHtml({ name, title, note, columns, rows }: Table): string {
  const table = tableHtml(
    columns,
    rows.map((row) => row.map(cellText)),
  );
  return `<section id="${escapeHtml(name)}-table"><h3>${escapeHtml(title)}</h3>${table}<p class="quiet">${escapeHtml(note)}</p></section>`;
}

function settingHtml({ preset, seeds, setting, environment, started }: RunRecord): string {
  const facts = { preset, seeds: seeds.join(', '), started, ...environment };
  const table = tableHtml(['What', 'Value'], Object.entries(facts));
  return `<h2>Setting</h2>\n${table}<pre>${escapeHtml(JSON.stringify(setting, null, 2))}</pre>`;
}

/** The picture that stands for several seeds: every proportion-like claim with its interval over seeds, if there is one. */
function seedsFigures(claims: readonly Claim[]): readonly Figure[] {
  const rows = claims.flatMap(({ id, quantity, value, interval, holds }) =>
    interval?.every((end) => Math.abs(end) <= 2)
      ? [{ label: `${id} ${quantity}`, value, low: interval[0], high: interval[1], holds }]
      : [],
  );
  if (rows.length === 0) return [];
  const title = 'Claims over seeds';
  const caption =
    'Mean of each number over seeds with its 95% interval (Student). A claim holds over seeds if it holds in at least four of five.';
  return [{ name: 'seeds', svg: intervals({ rows, title, caption }) }];
}

/**
 * Writes `report.html`, one file that opens offline, `figures/*.svg` and `tables/*.csv` of a finished run.
 *
 * @param store - The run's files.
 * @param record - Its record; several seeds give claims, tables and figures over seeds.
 * @param claims - Its claims.
 * @throws InputError if a measurement is missing or damaged.
 */
export async function writeReport(store: RunStore, record: RunRecord, claims: readonly Claim[]): Promise<void> {
  const experiment = experimentNamed(record.experiment);
  const setting = parseSetting(experiment.schema, [record.setting]);
  const { seeds } = record;
  const several = seeds.length > 1;
  const runs = seeds.map((seed): SeedRun => ({ seed, store: several ? folderOf(store, `seed-${seed}`) : store }));
  const tables = await experiment.tables(runs, setting);
  const figures = [...(several ? seedsFigures(claims) : []), ...(await experiment.figures(runs, setting))];
  for (const table of tables) await store.write(`tables/${table.name}.csv`, tableCsv(table));
  for (const { name, svg } of figures) await store.write(`figures/${name}.svg`, svg);
  const links = seeds.map((seed) => `<li><a href="seed-${seed}/report.html">seed ${seed}</a></li>`).join('');
  const body = [
    `<h1>${escapeHtml(experiment.title)}</h1>`,
    ...experiment.introduction.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    ...(claims.length > 0 ? ['<h2>Claims</h2>', claimsHtml(claims)] : []),
    several ? `<p>Reports of the single seeds:</p><ul>${links}</ul>` : '',
    ...(tables.length > 0 ? ['<h2>Tables</h2>', ...tables.map(tableSectionHtml)] : []),
    '<h2>Pictures</h2>',
    ...figures.map(figureHtml),
    settingHtml(record),
  ];
  await store.write(
    'report.html',
    pageHtml(
      `${experiment.title}, ${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`}`,
      body.join('\n'),
    ),
  );
}
