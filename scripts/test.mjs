// `npm test`: everything. `npm test -- unit docs` runs only those suites (after the build). Suites that use one core run two at a
// time, each in a process of its own, and what they print comes when they end.
// The last line counts all suites' tests: `N passed, N failed`, with `, N skipped` where there are any.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { suites } from './suites/index.mjs';
import { cache, requireNode, run } from './workspace.mjs';

requireNode();
mkdirSync(cache, { recursive: true });

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const results = new Map();
const chosen = suites.filter(({ name, always }) => wanted.length === 0 || always || wanted.includes(name));
for (const suite of chosen.filter(({ alone }) => alone)) await finished(suite);
const queue = chosen.filter(({ alone }) => !alone);
const next = async () => {
  for (let suite = queue.shift(); suite; suite = queue.shift()) await finished(suite);
};
await Promise.all([next(), next()]);

console.log('\n=== summary');
for (const { name } of chosen) {
  const { seconds, ...counts } = results.get(name);
  console.log(`${name.padEnd(10)} ${sentence(counts).padEnd(36)} ${seconds.toFixed(1).padStart(6)} s`);
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const counts of results.values()) for (const key of Object.keys(total)) total[key] += counts[key];
console.log(sentence(total));
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

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
  const args = ['scripts/suite.mjs', name, file];
  const { stdout, stderr } = await run(process.execPath, args, { stdio: alone ? 'inherit' : 'pipe' });
  if (!alone) console.log(`\n=== ${name}\n${(stdout + stderr).trim()}`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { failed: 1 };
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
