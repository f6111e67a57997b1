// `pnpm faults`: do the tests see a broken program? Plants each fault of test/faults/faults.json, one at a time and in memory
// only, and runs the tests that should see it. It is slow, so `npm test` does without it.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cache, root, tool } from './workspace.mjs';

const HELP = `Plants known faults one at a time, in memory, and says which the tests let through.

  pnpm faults                  all of them, some ten seconds each
  pnpm faults WORD ...         those with one of the words in their name or file, in any case
  pnpm faults --list [WORD]    their names and files; plants nothing

For example: pnpm faults trades packages/wasm

The last line is "N caught, M survived". The exit code is 1 if any survived or could not be planted, 2 if no fault fits.`;

const { words, list, help } = readArguments();
if (help) {
  console.log(HELP);
  process.exit(0);
}
const all = JSON.parse(readFileSync(join(root, 'test/faults/faults.json'), 'utf8'));
const fits = ({ name, file }, word) => `${name}\n${file}`.toLowerCase().includes(word.toLowerCase());
const lost = words.filter((word) => !all.some((fault) => fits(fault, word)));
if (lost.length > 0) refuse(`no fault has ${lost.join(' or ')} in its name or file; pnpm faults --list shows them all`);
const faults = words.length > 0 ? all.filter((fault) => words.some((word) => fits(fault, word))) : all;
if (list) {
  for (const { name, file } of faults) console.log(`${name}  (${file})`);
  process.exit(0);
}

const names = { caught: [], survived: [], 'could not be planted': [] };
for (const [at, fault] of faults.entries()) {
  process.stdout.write(`${at + 1} of ${faults.length}  ${fault.name} ... `);
  const start = performance.now();
  const { verdict, why } = await plant(fault);
  console.log(`${verdict}, ${((performance.now() - start) / 1000).toFixed(0)} s${why ? `\n${why}` : ''}`);
  names[verdict].push(fault.name);
}
const bad = ['could not be planted', 'survived'].flatMap((verdict) =>
  names[verdict].map((name) => `${verdict}: ${name}`),
);
for (const line of bad) console.log(line);
console.log(`${names.caught.length} caught, ${names.survived.length} survived`);
process.exit(bad.length > 0 ? 1 : 0);

/** Runs the tests of one fault; only a failed check counts as caught, not a program that could not be loaded. */
async function plant({ name, file, right, tests }) {
  const found = readFileSync(join(root, file), 'utf8').split(right).length - 1;
  if (found !== 1) return unplantable(`what it replaces stands ${found} times in ${file}`);
  const report = join(cache, `faults-${process.pid}.json`);
  rmSync(report, { force: true });
  const options = [
    '--config=test/faults/vitest.config.ts',
    '--bail=1',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const { code, stderr } = await tool('vitest', ['run', ...options, ...tests], {
    env: { ...process.env, FAULT: name },
    stdio: 'pipe',
  });
  if (code === 0) return { verdict: 'survived' };
  try {
    return JSON.parse(readFileSync(report, 'utf8')).numFailedTests > 0 ? { verdict: 'caught' } : unplantable(stderr);
  } catch {
    return unplantable(stderr);
  }
}

function unplantable(why) {
  return { verdict: 'could not be planted', why };
}

function readArguments() {
  const options = { help: { type: 'boolean', short: 'h' }, list: { type: 'boolean' } };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    return { ...values, words: positionals };
  } catch ({ message }) {
    return refuse(message);
  }
}

function refuse(message) {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}
