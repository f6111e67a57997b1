// `npm test`: everything, one suite after the other. `npm test -- unit docs` runs only those suites (after the build).
// The last line counts all suites' tests: `N passed, N failed`, with `, N skipped` where there are any.
import { mkdirSync } from 'node:fs';
import { browser } from './suites/browser.mjs';
import { built } from './suites/built.mjs';
import { consumers } from './suites/consumers.mjs';
import { checkPackages } from './suites/packages.mjs';
import { readmes } from './suites/readmes.mjs';
import { docs, lint, publicNames, types } from './suites/static.mjs';
import { unit } from './suites/unit.mjs';
import { build, cache, install, requireNode } from './workspace.mjs';

requireNode();
mkdirSync(cache, { recursive: true });

const one = (step) => async () => ({ [(await step()).code === 0 ? 'passed' : 'failed']: 1 });

/** Name, what runs it, and the suites without whose success it makes no sense. */
const suites = [
  { name: 'install', run: one(install), always: true },
  { name: 'build', run: one(build), needs: ['install'], always: true },
  { name: 'lint', run: lint, needs: ['install'] },
  { name: 'types', run: types, needs: ['install'] },
  { name: 'interface', run: publicNames, needs: ['install'] },
  { name: 'unit', run: unit, needs: ['build'] },
  { name: 'packages', run: checkPackages, needs: ['build'] },
  { name: 'docs', run: docs, needs: ['build'] },
  { name: 'readmes', run: readmes, needs: ['build'] },
  { name: 'built', run: built, needs: ['build'] },
  { name: 'consumers', run: consumers, needs: ['build'] },
  { name: 'browser', run: browser, needs: ['build'] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are ${suites.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const results = new Map();
for (const { name, run, needs = [], always } of suites) {
  if (wanted.length > 0 && !always && !wanted.includes(name)) continue;
  const missing = needs.filter((other) => results.get(other).failed > 0 || results.get(other).passed === 0);
  const start = performance.now();
  console.log(`\n=== ${name}`);
  const counts = missing.length > 0 ? { skipped: 1 } : await counted(name, run);
  if (missing.length > 0) console.log(`skipped: needs ${missing.join(', ')}`);
  results.set(name, { passed: 0, failed: 0, skipped: 0, ...counts, seconds: (performance.now() - start) / 1000 });
}

console.log('\n=== summary');
for (const [name, counts] of results) {
  console.log(`${name.padEnd(10)} ${sentence(counts).padEnd(36)} ${counts.seconds.toFixed(1).padStart(6)} s`);
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const counts of results.values()) for (const key of Object.keys(total)) total[key] += counts[key];
console.log(sentence(total));
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** A suite's counts; a suite that throws has failed once, and the others still run. */
async function counted(name, run) {
  try {
    return await run();
  } catch (error) {
    console.error(`suite ${name} broke:`, error);
    return { failed: 1 };
  }
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
