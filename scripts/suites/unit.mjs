// The vitest suites, on sources; those that start the command start it as it was built, which is much quicker.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { changedSince, git } from '../changed.mjs';
import { cache, root, tool } from '../workspace.mjs';

/**
 * Runs all vitest files, or those that a change can affect; a file that could not be loaded, or an error outside a test, counts as one
 * failed test.
 */
export async function unit(since) {
  const some = since === undefined ? [] : await affected(since);
  if (since !== undefined && some.length === 0) return { passed: 0, failed: 0, skipped: 0, tests: [] };
  const file = join(cache, 'vitest.json');
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await tool('vitest', ['run', ...reporters, ...some], { env: { ...process.env, ADVML_BUILT: '1' } });

  const report = JSON.parse(readFileSync(file, 'utf8'));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  const failures = [
    ...unloaded.map(({ name, message }) => `${relative(root, name)} could not be loaded\n${message}`),
    ...report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${relative(root, name)} ${fullName}\n${failureMessages.join('\n')}`),
    ),
  ];
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, duration = 0 }) => ({
      name: `${relative(root, name)} ${fullName}`,
      seconds: duration / 1000,
    })),
  );
  return {
    tests,
    failures: failures.length === 0 && code !== 0 ? ['an error outside the tests, see above'] : failures,
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * The test files that import what differs from a commit; where that is not only sources and tests, also those that look for files by a
 * path, which no import tells: a thread's module beside the tests is such a file.
 */
async function affected(since) {
  const file = join(cache, 'affected.json');
  rmSync(file, { force: true });
  await tool('vitest', ['list', `--changed=${since}`, '--filesOnly', `--json=${file}`], { stdio: 'pipe' });
  const importing = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8')).map((each) => relative(root, each.file))
    : [];
  const isImported = (path) => /(^|\/)src\/.*\.ts$|\.test\.ts$/.test(path);
  return [...new Set([...importing, ...(changedSince(since).files.every(isImported) ? [] : looking())])];
}

/** The test files that look for other files. */
const looking = () => git('grep', '-l', 'import\\.meta\\.url', '--', '*.test.ts');
