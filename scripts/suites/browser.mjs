// The tests that need a browser: every packages/*/test/browser.mjs and those of the examples, the playground and the other backends,
// which print `N passed, N failed` as their last line.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packages, root, run } from '../workspace.mjs';

/** Runs each program; one that prints no count has failed once. */
export async function browser() {
  const examples = ['examples', 'examples/playground'].map((folder) => join(root, folder));
  const places = [...packages().map(({ folder }) => folder), ...examples];
  const folders = [...places.map((folder) => join(folder, 'test')), join(root, 'test', 'backends')];
  const programs = folders.map((folder) => join(folder, 'browser.mjs')).filter((file) => existsSync(file));
  const total = { passed: 0, failed: 0, skipped: 0, tests: [], failures: [] };
  for (const program of programs) {
    const name = relative(root, program);
    console.log(name);
    const start = performance.now();
    const { code, stdout, stderr } = await run(process.execPath, [program], { stdio: 'pipe' });
    console.log(stdout + stderr);
    const [passed, failed, skipped] = counts(stdout);
    total.passed += passed;
    total.failed += failed === 0 && code !== 0 ? 1 : failed;
    total.skipped += skipped;
    const said = stdout.split(/^ {2}(?=ok |not ok |skipped )/m).filter((each) => each.startsWith('not ok '));
    if (failed > 0 || code !== 0)
      total.failures.push(...(said.length > 0 ? said : [stdout + stderr]).map((each) => `${name} ${each}`));
    total.tests.push({ name, seconds: (performance.now() - start) / 1000 });
  }
  return total;
}

function counts(output) {
  const line = output
    .trim()
    .split('\n')
    .at(-1)
    .match(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/);
  return line ? [Number(line[1]), Number(line[2]), Number(line[3] ?? 0)] : [0, 1, 0];
}
