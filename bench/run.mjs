// `pnpm bench [NAME ...]`: runs bench/*.bench.mjs on the built packages and prints, for every case, how many times
// faster ours is than its peer. Both run in turns in the same process, so that a busy machine slows both; a figure is a
// median. Ratios of one machine say nothing certain about another.
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { version_core } from '@tensorflow/tfjs-core';

const rounds = 9;
const warmUps = 2;

const wanted = process.argv.slice(2);
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const [{ model }] = cpus();
console.log(`Node ${process.versions.node}, tfjs-core ${version_core}, ${cpus().length} x ${model}`);
for (const name of wanted.length > 0 ? wanted : names) {
  const { title, cases } = await import(`./${name}.bench.mjs`);
  console.log(`\n${title} (medians of ${rounds})`);
  const { rows, end } = await cases();
  const table = [];
  for (const { label, peer, theirs, ours } of rows) table.push({ case: label, peer, ...(await compare(theirs, ours)) });
  end?.();
  console.table(table);
}

/** Times two functions in turns. */
async function compare(theirs, ours) {
  const times = { theirs: [], ours: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const first = await milliseconds(theirs);
    const second = await milliseconds(ours);
    if (round < 0) continue;
    times.theirs.push(first);
    times.ours.push(second);
  }
  const [slow, fast] = [median(times.theirs), median(times.ours)];
  return { 'peer (ms)': slow.toFixed(2), 'ours (ms)': fast.toFixed(2), ratio: (slow / fast).toFixed(2) };
}

/** The time of one run, as it says itself or as measured from outside. */
async function milliseconds(work) {
  const start = performance.now();
  const own = await work();
  return own ?? performance.now() - start;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
