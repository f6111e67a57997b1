// `npm test`: everything. `npm test -- unit docs` runs only those suites, and what they need. `npm test -- --changed` runs only the suites
// and test files that what differs from the main branch can change, `npm test -- --changed=COMMIT` what differs from another commit.
// Suites that use one core run two at a time, each in a process of its own, and what they print comes when they end. The last line counts
// all suites' tests: `N passed, N failed`, with `, N skipped` where there are any; before it stand the tests that took longest, and what
// failed, with why.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changedSince } from './changed.mjs';
import { common, suites } from './suites/index.mjs';
import { cache, requireNode, run } from './workspace.mjs';

/** How many of the slowest tests are printed. */
const SLOWEST = 10;

/** How many lines are printed once more of what a test says that failed. */
const LINES = 12;

requireNode();
mkdirSync(cache, { recursive: true });

const { wanted, changed } = readArguments();
const touched = changed && !changed.files.some((file) => common.test(file)) ? changed.files : undefined;
const isWanted = ({ name, sees = /./ }) =>
  (wanted.length === 0 || wanted.includes(name)) && (!touched || touched.some((file) => sees.test(file)));
const chosen = withNeeds(suites.filter(isWanted));

const results = new Map();
for (const suite of chosen.filter(({ alone }) => alone)) await finished(suite);
const queue = chosen.filter(({ alone }) => !alone);
const next = async () => {
  for (let suite = queue.shift(); suite; suite = queue.shift()) await finished(suite);
};
await Promise.all([next(), next()]);

const done = chosen.map(({ name }) => ({ name, ...results.get(name) }));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const counts of done) for (const key of Object.keys(total)) total[key] += counts[key];
console.log('\n=== summary');
for (const { name, seconds, ...counts } of done) {
  console.log(`${name.padEnd(10)} ${sentence(counts).padEnd(36)} ${seconds.toFixed(1).padStart(6)} s`);
}
console.log(`\n=== the slowest ${SLOWEST} tests`);
for (const { seconds, name } of slowest()) console.log(`${seconds.toFixed(1).padStart(6)} s  ${name}`);
const failures = done.flatMap(failuresOf);
if (failures.length > 0) console.log(`\n=== what failed\n${failures.join('\n')}`);
console.log();
console.log(sentence(total));
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** Suites that are asked for, and what has changed where only that counts. */
function readArguments() {
  const options = { changed: { type: 'boolean' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: false });
  const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0)
    refuse(`no suite ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}`);
  const odd = Object.keys(values).filter((name) => name !== 'changed');
  if (odd.length > 0) refuse(`no option --${odd.join(', --')}; there is --changed, or --changed=COMMIT`);
  const since = values.changed === true ? 'main' : values.changed;
  const changed = since === undefined ? undefined : changedSince(since);
  if (since !== undefined && !changed) refuse(`git knows no commit '${since}'; name one as --changed=COMMIT`);
  return { wanted: positionals, changed };
}

/** The suites and those that they need, in their order. */
function withNeeds(some) {
  const more = suites.filter((suite) => some.includes(suite) || some.some(({ needs }) => needs.includes(suite.name)));
  return more.length === some.length ? some : withNeeds(more);
}

function refuse(reason) {
  console.error(reason);
  process.exit(2);
}

/** Runs a suite, if what it needs has passed, and notes its counts. */
async function finished({ name, needs, alone }) {
  const missing = needs.filter((other) => results.get(other).failed > 0 || results.get(other).passed === 0);
  const start = performance.now();
  const counts = missing.length > 0 ? { skipped: 1 } : await countsOf(name, alone);
  if (missing.length > 0) console.log(`\n=== ${name}\nskipped: needs ${missing.join(', ')}`);
  results.set(name, { passed: 0, failed: 0, skipped: 0, ...counts, seconds: (performance.now() - start) / 1000 });
}

/** A suite's counts; a suite that leaves none has failed once, and the others still run. */
async function countsOf(name, alone) {
  const file = join(cache, `counts-${name}.json`);
  rmSync(file, { force: true });
  if (alone) console.log(`\n=== ${name}`);
  const args = ['scripts/suite.mjs', name, file, ...(touched ? [changed.base] : [])];
  const { stdout, stderr } = await run(process.execPath, args, { stdio: alone ? 'inherit' : 'pipe' });
  if (!alone) console.log(`\n=== ${name}\n${(stdout + stderr).trim()}`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { failed: 1 };
}

/** The tests that took longest; a suite that names none is one test. */
function slowest() {
  const tests = done.flatMap(({ name, seconds, tests: own = [{ name: '', seconds }] }) =>
    own.map((test) => ({ seconds: test.seconds, name: `${name}  ${test.name}` })),
  );
  return tests.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
}

/** What failed of a suite, and why; a suite that names nothing is itself what failed. */
function failuresOf({ name, failed, failures = failed > 0 ? ['see above'] : [] }) {
  return failures.map((failure) => {
    const lines = failure.split('\n').filter((line) => line.trim() !== '');
    const more = lines.length > LINES ? ['...'] : [];
    return `${name}  ${[...lines.slice(0, LINES), ...more].join('\n  ')}`;
  });
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
