// `pnpm faults`: do the tests see a broken program? Plants each fault of test/faults/faults.json, one at a time and in memory
// only, and runs the tests that should see it. A fault that they let through is printed, and makes the exit code 1.
// `pnpm faults NAME ...` plants those only. It is slow, so `npm test` does without it.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, tool } from './workspace.mjs';

const all = JSON.parse(readFileSync(join(root, 'test/faults/faults.json'), 'utf8'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some((fault) => fault.name === name));
if (unknown.length > 0) {
  console.error(`no fault ${unknown.join(', ')}; there are\n${all.map(({ name }) => `  ${name}`).join('\n')}`);
  process.exit(2);
}

const faults = wanted.length > 0 ? all.filter(({ name }) => wanted.includes(name)) : all;
const letThrough = [];
for (const [at, fault] of faults.entries()) {
  const verdict = await plant(fault);
  if (verdict !== 'seen') letThrough.push(fault.name);
  console.log(`${at + 1} of ${faults.length}  ${verdict.padEnd(11)}  ${fault.name}`);
}
console.log(`${faults.length - letThrough.length} of ${faults.length} seen`);
process.exit(letThrough.length > 0 ? 1 : 0);

/** Runs the tests of one fault; only a failed check counts as seen, not a program that could not be loaded. */
async function plant({ name, file, right, tests }) {
  const found = readFileSync(join(root, file), 'utf8').split(right).length - 1;
  if (found !== 1) return `stands ${found} times in ${file}:`;
  const report = join(cache, 'faults.json');
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
  if (code === 0) return 'LET THROUGH';
  try {
    return JSON.parse(readFileSync(report, 'utf8')).numFailedTests > 0 ? 'seen' : `BROKE\n${stderr}`;
  } catch {
    return `BROKE\n${stderr}`;
  }
}
