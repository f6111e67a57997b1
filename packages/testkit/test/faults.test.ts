// Planted faults fit the sources as they are, so that `pnpm faults` can plant each of them.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import faults from '../../../test/faults/faults.json' with { type: 'json' };

const inRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

it.each(faults)('$name', ({ file, right, wrong, tests }) => {
  expect(readFileSync(inRoot(file), 'utf8').split(right)).toHaveLength(2);
  expect(wrong).not.toBe(right);
  expect(tests.filter((path) => !existsSync(inRoot(path)))).toEqual([]);
});

it('have names of their own', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});
