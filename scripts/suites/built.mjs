// The built packages in plain Node, without vitest or a loader: test/built/*.test.mjs, run by node:test.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, run } from '../workspace.mjs';

const folder = join(root, 'test', 'built');

/** Runs all of them. */
export const built = () =>
  testsOn(
    process.execPath,
    readdirSync(folder).filter((name) => name.endsWith('.test.mjs')),
  );

/** Runs files of that folder by some Node, which writes what happened to the log and a TAP file to count by. */
export async function testsOn(node, files) {
  const tap = join(cache, `built-${process.pid}.tap`);
  const { code } = await run(node, [
    ...['--test', '--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${tap}`],
    ...files.map((name) => join(folder, name)),
  ]);

  const text = readFileSync(tap, 'utf8');
  rmSync(tap);
  const count = (word) => Number(text.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  return {
    tests: testsOf(text),
    failures: failuresOf(text),
    passed: count('pass'),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: count('skipped') + count('todo'),
  };
}

/** The tests of a TAP file that are in no other, and how long each took. */
function testsOf(tap) {
  const ends = tap.matchAll(/^(?:not )?ok \d+ - (.*?)(?: # .*)?\n {2}---\n {2}duration_ms: ([\d.]+)/gm);
  return [...ends].map(([, name, ms]) => ({ name, seconds: Number(ms) / 1000 }));
}

/** The tests of a TAP file that failed, each with what it says; one that only holds such a test says nothing more. */
function failuresOf(tap) {
  const ends = tap.matchAll(/^ *not ok \d+ - (.*)\n( *)---\n([\s\S]*?)^\2\.\.\.$/gm);
  return [...ends]
    .filter(([, , , said]) => !said.includes("failureType: 'subtestsFailed'"))
    .map(([, name, , said]) => `${name}\n${said.slice(Math.max(0, said.indexOf('error:')))}`);
}
