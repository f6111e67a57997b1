// `pnpm bench`: runs bench/*.bench.mjs on the built packages and prints how many times faster ours is than its peers.
//
// A benchmark is a module NAME.bench.mjs that exports `title`, a heading for the table; `rows({ set, progress })`, an async generator of
// rows as `measured` of measured.mjs makes them; and, if it needs words in the table, `about`, a paragraph of Markdown.
// Ratios of one machine say nothing certain about another.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureSpeed } from '@advml/wasm';
import { version_core } from '@tensorflow/tfjs-core';
import { document, number, percent } from './document.mjs';
import './stock.mjs'; // keeps tfjs's kernels, before the first benchmark replaces them

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const help = `Runs benchmarks on the built packages, and prints how many times faster ours is than its peers. The exit code is 1 where one
fails or a ratio is below its guard.

Usage: pnpm bench [NAME ...] [options]

NAME is one of ${names.join(', ')}. Default: all.

Options:
  --table          keep what was measured in bench/measured/NAME.json, and write docs/guides/speed.md anew from all that is kept
  --out FILE       write a table of this run alone
  --set KEY=VALUE  a setting of pipeline or images; may be given again
  --help           this text

Examples:
  pnpm bench mlp cnn
  pnpm bench joint --table
  pnpm bench pipeline --set evaluation.examples=500 --out speeds.md`;

const { values: options, positionals: wanted } = readArguments();
if (options.help) {
  console.log(help);
  process.exit(0);
}
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) refuse(`no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}`);
if (options.table && options.set.length > 0) {
  refuse('the guide has benchmarks at their default settings; give --out FILE for a table of others');
}

const start = performance.now();
const { peak } = await measureSpeed(1000);
const machine = {
  node: process.versions.node,
  tfjs: version_core,
  cores: cpus().length,
  model: cpus()[0].model.trim(),
  peak: peak && Number(peak.toPrecision(3)),
};
const limit = peak ? `, at most ${peak.toFixed(0)} GFLOP/s by vectors of 128 bits` : '';
console.log(`Node ${machine.node}, tfjs-core ${machine.tfjs}, ${machine.cores} x ${machine.model}${limit}`);
const sections = [];
for (const name of wanted.length > 0 ? wanted : names) {
  const measured = await section(name);
  sections.push(measured);
  if (options.table) keep(name, measured);
}
if (options.out) write(options.out, sections);
if (options.table) write(fileURLToPath(new URL('../docs/guides/speed.md', import.meta.url)), await kept());
const problems = sections.flatMap(({ rows, failure }) => [...(failure ? [failure] : []), ...rows.flatMap(belowGuard)]);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

function write(file, all) {
  writeFileSync(file, document(all));
  console.log(`\nwritten: ${file}`);
}

/** Keeps what a benchmark measured, in place of what it measured before. */
function keep(name, { rows, failure }) {
  const short = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);
  writeFileSync(recordOf(name), `${JSON.stringify({ machine, rows, failure }, short, 2)}\n`);
}

/** What is kept of each benchmark, with its title and its words; one that was measured otherwise than now brings its own. */
async function kept() {
  const measured = names.filter((name) => existsSync(recordOf(name)));
  return Promise.all(
    measured.map(async (name) => {
      const { title, about } = await import(`./${name}.bench.mjs`);
      return { title, about, ...JSON.parse(readFileSync(recordOf(name), 'utf8')) };
    }),
  );
}

function recordOf(name) {
  return new URL(`measured/${name}.json`, import.meta.url);
}

/** Runs one benchmark to its end and prints its rows; one that throws keeps the rows before. */
async function section(name) {
  tell(`${name} starts`);
  const found = { title: name, machine, rows: [] };
  try {
    const { title, about, rows } = await import(`./${name}.bench.mjs`);
    Object.assign(found, { title, about });
    console.log(`\n${title}`);
    for await (const measured of rows({ set: options.set, progress: (text) => tell(`${name}: ${text}`) })) {
      const row = { ...measured, share: shareOfLimit(measured) };
      found.rows.push(row);
      print(row);
    }
  } catch (error) {
    console.error(error);
    found.failure = `benchmark ${name} failed: ${error.message}`;
  }
  return found;
}

/** The speed of a row's products, as if nothing else took time, as a share of what vectors of 128 bits can do. */
function shareOfLimit({ products, ours }) {
  return products && peak ? (2 * products) / (1e6 * ours * peak) : undefined;
}

function print({ name, ours, unit, peers, note, share }) {
  const limit = share ? `, ${percent(share)} of the limit` : '';
  console.log(`  ${name}: ${number(ours)} ${unit}`.trimEnd() + limit);
  for (const { name, version, time, ratio } of peers) {
    console.log(`    ${name} ${version}: ${number(time)} ${unit}, ratio ${number(ratio)}`);
  }
  if (note) console.log(`    ${note}`);
}

/** Tells a person on standard error how far it is. */
function tell(text) {
  console.error(`[${((performance.now() - start) / 60_000).toFixed(1)} min] ${text}`);
}

function belowGuard({ name, peers }) {
  return peers
    .filter(({ ratio, least }) => ratio < least)
    .map((peer) => `${name}: ratio ${number(peer.ratio)} to ${peer.name} is below its guard of ${peer.least}`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        table: { type: 'boolean', default: false },
        out: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
  } catch ({ message }) {
    return refuse(`${message}\n\n${help}`);
  }
}

function refuse(message) {
  console.error(message);
  process.exit(2);
}
