// The vitest suites, on sources; those that start the command start it as it was built, which is much quicker.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, tool } from '../workspace.mjs';

/** Runs all vitest files; a file that could not be loaded, or an error outside a test, counts as one failed test. */
export async function unit() {
  const file = join(cache, 'vitest.json');
  rmSync(file, { force: true });
  const { code } = await tool('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], {
    env: { ...process.env, ADVML_BUILT: '1' },
  });

  const report = JSON.parse(readFileSync(file, 'utf8'));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloaded.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
