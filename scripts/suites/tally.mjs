/**
 * Counts the tests of a suite as each ends, and says how it ended. A test took the time since the one before.
 *
 * @returns `counts` of passed and failed tests, with the seconds of each, and `count`, to be told of the next one.
 */
export function tally() {
  const counts = { passed: 0, failed: 0, tests: [] };
  let start = performance.now();
  const count = (name, ok, reason = '') => {
    const end = performance.now();
    counts[ok ? 'passed' : 'failed'] += 1;
    counts.tests.push({ name, seconds: (end - start) / 1000 });
    start = end;
    console.log(`${ok ? 'ok' : 'FAILED'}: ${name}${reason && `\n${reason}`}`);
  };
  return { counts, count };
}
