/**
 * Counts the tests of a suite as each ends, and says how it ended. A test took the time since the one before.
 *
 * @returns `counts` of the tests, with the seconds of each and what failed, and `count`, to be told of the next one; `skip`, of one that cannot be done.
 */
export function tally() {
  const counts = { passed: 0, failed: 0, skipped: 0, tests: [], failures: [] };
  let start = performance.now();
  const count = (name, ok, reason = '') => {
    const end = performance.now();
    counts[ok ? 'passed' : 'failed'] += 1;
    counts.tests.push({ name, seconds: (end - start) / 1000 });
    start = end;
    if (!ok) counts.failures.push(`${name}\n${reason}`);
    console.log(`${ok ? 'ok' : 'FAILED'}: ${name}${reason && `\n${reason}`}`);
  };
  const skip = (name, reason) => {
    counts.skipped += 1;
    console.log(`skipped: ${name}, ${reason}`);
  };
  return { counts, count, skip };
}
