// `node docs/results.mjs [--guide FILE] RUN...`: writes what runs have measured into the guide "Reading the results".
//
// The guide says where: between `<!-- begin KIND NAME... -->` and `<!-- end -->`, or `<!-- begin KIND EXPERIMENT: NAME... -->` for another
// experiment than `paper`, and `EXPERIMENT/PRESET:` for runs of that preset, which then fill no other block. Kinds are `claims` (a row a
// claim), `seeds` (the same, seed by seed), `table` and `figure` (of a report, which is copied beside the guide), and `source` (what a claim
// was measured with). What no given run has stays as it is.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { experimentNamed } from '@advml/experiments';
import { lightAndDark } from '@advml/plots';
import { cellText, numberOf, parseSetting } from '@advml/runs';
import { diskStore } from '@advml/runs/disk';

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  options: { guide: { type: 'string', default: join(here, 'guides', 'reading-the-results.md') } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: node docs/results.mjs [--guide FILE] RUN...   where RUN is the folder of a finished run');
  process.exit(2);
}

for (const folder of positionals) {
  if (existsSync(join(folder, 'claims.json'))) continue;
  console.error(`there is no finished run in ${folder}: it has no claims.json`);
  process.exit(2);
}

/** What a finished run has to show. */
async function readRun(folder) {
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  const { claims } = JSON.parse(readFileSync(join(folder, 'claims.json'), 'utf8'));
  const { seeds, environment, preset } = record;
  const experiment = experimentNamed(record.experiment);
  const setting = parseSetting(experiment.schema, [record.setting]);
  const storeOf = (seed) => diskStore(seeds.length > 1 ? join(folder, `seed-${seed}`) : folder);
  const tables = await experiment.tables(
    seeds.map((seed) => ({ seed, store: storeOf(seed) })),
    setting,
  );
  return { folder, experiment: record.experiment, seeds, environment, preset, setting, claims, tables };
}

const runs = await Promise.all(positionals.map(readRun));

/** What the block at hand is about, and its runs. */
let subject = 'paper';
let own = [];

/** The last of the given runs that has something: the one that was named to replace the others. */
const lastRun = (has) => own.findLast(has);
const claimNamed = (id) => lastRun(({ claims }) => claims.some((claim) => claim.id === id));

const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
const markdown = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

function claimRow(id) {
  const run = claimNamed(id);
  if (!run) return undefined;
  const claim = run.claims.find((candidate) => candidate.id === id);
  const { seedsThatHold = 'one seed', intervalBeyondBar = true } = claim.detail;
  return [
    id,
    claim.quantity,
    numberOf(claim),
    claim.bar,
    `${claim.holds ? 'holds' : '**does not hold**'} (${seedsThatHold}${intervalBeyondBar ? '' : ', interval not beyond the bar'})`,
  ];
}

const writers = {
  claims(...ids) {
    const rows = ids.map(claimRow);
    if (rows.some((row) => !row)) return undefined;
    const attackOn = (id) => claimNamed(id).claims.find((claim) => claim.id === id).attack;
    const attacks = [...new Set(ids.map(attackOn))].filter((attack) => attack !== undefined);
    const notes = attacks.map((attack) => `${ids.filter((id) => attackOn(id) === attack).join(', ')}: ${attack}.`);
    const table = markdown(['claim', 'number', 'measured, 95% interval', 'bar', 'outcome'], rows);
    return notes.length > 0 ? `${table}\n\nAttacks: ${notes.join(' ')}` : table;
  },
  seeds(...ids) {
    const run = claimNamed(ids[0]);
    if (!run || run.seeds.length === 1) return undefined;
    const claims = ids.map((id) => claimNamed(id)?.claims.find((claim) => claim.id === id));
    if (claims.some((claim) => claim?.detail.seeds?.length !== run.seeds.length)) return undefined;
    const rows = run.seeds.map((seed, at) => [
      seed,
      ...claims.map(({ bar, detail: { seeds } }) => {
        const { value, holds } = seeds[at];
        return `${numberOf({ value, interval: null, bar })}${holds ? '' : ' (does not hold)'}`;
      }),
    ]);
    return markdown(['seed', ...ids], rows);
  },
  source(id) {
    const run =
      claimNamed(id) ?? lastRun(({ setting }) => [setting.claims].flat().some((name) => name === id || name === 'all'));
    if (!run) return undefined;
    const { advml, tfjs, backend, node, processor, platform } = run.environment;
    const seeds = run.seeds.length === 1 ? `seed ${run.seeds[0]}` : `seeds ${run.seeds.join(', ')}`;
    return `Measured with advml ${advml}, tfjs ${tfjs} and its ${backend} backend, Node ${node}, on ${processor} (${platform}); preset \`${run.preset}\`, ${seeds}.`;
  },
  table(name) {
    const table = own.flatMap(({ tables }) => tables).findLast((candidate) => candidate.name === name);
    return (
      table &&
      `${markdown(
        table.columns,
        table.rows.map((row) => row.map(cellText)),
      )}\n\n${table.note}`
    );
  },
  figure(name, ...words) {
    const places = ({ folder, seeds }) => [join(folder, `seed-${seeds[0]}`), folder]; // the report over seeds, where it has one
    const files = own.flatMap(places).map((place) => join(place, 'figures', `${name}.svg`));
    const file = files.findLast(existsSync);
    if (!file) return undefined;
    const copy = `figures/${subject === 'paper' ? '' : `${subject.replace('/', '-')}-`}${name}.svg`;
    mkdirSync(join(dirname(values.guide), 'figures'), { recursive: true });
    writeFileSync(join(dirname(values.guide), copy), lightAndDark(readFileSync(file, 'utf8')));
    return `![${words.join(' ')}](${copy})`;
  },
};

const kept = [];
const text = readFileSync(values.guide, 'utf8');

/** What a run is about: its experiment or, where the guide has blocks of its preset, `EXPERIMENT/PRESET`. */
const subjectOf = ({ experiment, preset }) => {
  const ofPreset = `${experiment}/${preset}`;
  return text.includes(` ${ofPreset}: `) ? ofPreset : experiment;
};

const guide = text.replace(/<!-- begin (\w+) ([^>]*?) -->\n[\s\S]*?<!-- end -->/g, (block, kind, names) => {
  const [, named = 'paper', rest] = /^(?:(\S+): )?(.*)$/.exec(names);
  subject = named;
  own = runs.filter((run) => subjectOf(run) === subject);
  const content = writers[kind](...rest.split(' '));
  if (content === undefined) kept.push(`${kind} ${names}`);
  return content === undefined ? block : `<!-- begin ${kind} ${names} -->\n\n${content}\n\n<!-- end -->`;
});
writeFileSync(values.guide, guide);
if (kept.length > 0) console.error(`no given run has, and so unchanged: ${kept.join('; ')}`);
