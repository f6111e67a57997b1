// Arrays of the same numbers are found so in one loop: the comparison that `toEqual` begins with takes microseconds a number. Where
// they differ it goes on as ever, and says how.
import { expect } from 'vitest';

/** Once a process, which may run many files of tests. */
const process = globalThis as { equalNumbersAreKnown?: true };

if (!process.equalNumbersAreKnown) {
  process.equalNumbersAreKnown = true;
  expect.addEqualityTesters([(a, b) => (isArray(a) && isArray(b) && areSameNumbers(a, b) ? true : undefined)]);
}

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function areSameNumbers(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.constructor !== b.constructor || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (typeof a[at] !== 'number' || !Object.is(a[at], b[at])) return false;
  return true;
}
