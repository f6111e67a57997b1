// `node docs/results.mjs [--guide FILE] RUN...`: writes what runs have measured into the guide "Reading the results".
//
// The guide says where: between `<!-- begin KIND NAME... -->` and `<!-- end -->`. Kinds are `claims` (a row a claim), `seeds` (the same, seed by
// seed), `table` and `figure` (of a report, which is copied beside the guide), and `source` (what a claim was measured with). What no given run
// has stays as it is.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { numberOf, shortNumber } from '@advml/experiments';
import { csvParseRows } from 'd3-dsv';

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  options: { guide: { type: 'string', default: join(here, 'guides', 'reading-the-results.md') } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: node docs/results.mjs [--guide FILE] RUN...   where RUN is the folder of a finished run');
  process.exit(2);
}

const runs = positionals.map((folder) => ({
  folder,
  record: JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')),
  ...JSON.parse(readFileSync(join(folder, 'claims.json'), 'utf8')),
}));

/** The last of the given runs that has something: the one that was named to replace the others. */
const lastRun = (has) => runs.findLast(has);
const claimNamed = (id) => lastRun(({ claims }) => claims.some((claim) => claim.id === id));

const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
const markdown = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

function claimRow(id) {
  const run = claimNamed(id);
  if (!run) return undefined;
  const claim = run.claims.find((candidate) => candidate.id === id);
  const { seedsThatHold = 'one seed' } = claim.detail;
  return [
    id,
    claim.quantity,
    numberOf(claim),
    claim.bar,
    `${claim.holds ? 'holds' : '**does not hold**'} (${seedsThatHold})`,
  ];
}

const writers = {
  claims(...ids) {
    const rows = ids.map(claimRow);
    if (rows.some((row) => !row)) return undefined;
    return markdown(['claim', 'number', 'measured, 95% interval', 'bar', 'outcome'], rows);
  },
  seeds(...ids) {
    const run = claimNamed(ids[0]);
    if (!run || run.seeds.length === 1) return undefined;
    const columns = ids.map((id) => run.claims.find((claim) => claim.id === id)?.detail.seeds);
    const rows = run.seeds.map((seed, at) => [
      seed,
      ...columns.map((column) => `${shortNumber(column[at].value)}${column[at].holds ? '' : ' (does not hold)'}`),
    ]);
    return markdown(['seed', ...ids], rows);
  },
  source(id) {
    const run =
      claimNamed(id) ??
      lastRun(({ record }) => [record.setting.claims].flat().some((name) => name === id || name === 'all'));
    if (!run) return undefined;
    const { advml, tfjs, backend, node, processor, platform } = run.environment;
    const seeds = run.seeds.length === 1 ? `seed ${run.seeds[0]}` : `seeds ${run.seeds.join(', ')}`;
    return `Measured with advml ${advml}, tfjs ${tfjs} and its ${backend} backend, Node ${node}, on ${processor} (${platform}); preset \`${run.preset}\`, ${seeds}.`;
  },
  table(name) {
    const file = (run) => join(run.folder, 'tables', `${name}.csv`);
    const run = lastRun((candidate) => existsSync(file(candidate)));
    return run && csvTable(readFileSync(file(run), 'utf8'));
  },
  figure(name, ...words) {
    const files = (run) =>
      ['', `seed-${run.seeds[0]}`].map((inside) => join(run.folder, inside, 'figures', `${name}.svg`));
    const file = runs.flatMap(files).findLast(existsSync);
    if (!file) return undefined;
    mkdirSync(join(dirname(values.guide), 'figures'), { recursive: true });
    copyFileSync(file, join(dirname(values.guide), 'figures', `${name}.svg`));
    return `![${words.join(' ')}](figures/${name}.svg)`;
  },
};

/** A table of a report: a number and the ends of its interval are three columns there and one here. */
function csvTable(text) {
  const [head, ...rows] = csvParseRows(text);
  const isEnd = (at) => /, (low|high)$/.test(head[at]);
  const shown = (cell) => (cell === '' || Number.isNaN(Number(cell)) ? cell : shortNumber(Number(cell)));
  const cell = (row, at) =>
    row[at + 1] && head[at + 1] === `${head[at]}, low`
      ? `${shown(row[at])} [${shown(row[at + 1])}, ${shown(row[at + 2])}]`
      : shown(row[at]);
  const columns = head.map((_, at) => at).filter((at) => !isEnd(at));
  return markdown(
    columns.map((at) => head[at]),
    rows.map((row) => columns.map((at) => cell(row, at))),
  );
}

const kept = [];
const guide = readFileSync(values.guide, 'utf8').replace(
  /<!-- begin (\w+) ([^>]*?) -->\n[\s\S]*?<!-- end -->/g,
  (block, kind, names) => {
    const content = writers[kind](...names.split(' '));
    if (content === undefined) kept.push(`${kind} ${names}`);
    return content === undefined ? block : `<!-- begin ${kind} ${names} -->\n\n${content}\n\n<!-- end -->`;
  },
);
writeFileSync(values.guide, guide);
if (kept.length > 0) console.error(`no given run has, and so unchanged: ${kept.join('; ')}`);
