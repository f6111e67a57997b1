// Parts of `advml serve`: where a path leads, how often a page is made, and what of a log is drawn.
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { curveRecords } from '../src/serve/curves.ts';
import { targetOf } from '../src/serve/guard.ts';
import { remembering } from '../src/serve/remember.ts';

it('no path leads out of the folder', () => {
  const pieces = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    '%2e',
    '%2F',
    '%5c',
    '%00',
    '%25',
    'a',
    'run.json',
    '//',
    'C:',
    ' ',
    '?',
    '#',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (list) => {
      const parts = targetOf(`/${list.join('')}`)?.parts ?? [];
      expect(`${resolve('/root', ...parts)}/`).toMatch(/^\/root\//);
      expect(parts.join('')).not.toMatch(/[/\\:\0]/);
    }),
    { numRuns: 500 },
  );
});

it('a page is made at most once a second, and no more often than a twentieth of the time allows', async () => {
  let [time, made] = [0, 0];
  const costs = 200;
  const page = remembering(
    async () => {
      time += costs;
      return ++made;
    },
    () => time,
  );
  expect(await page('a')).toBe(1);
  time += 3900;
  expect(await page('a')).toBe(1);
  time += 200;
  expect([await page('a'), await page('b')]).toEqual([2, 3]);
});

it('of a long log some records are drawn, the first and last values among them, and a torn line is passed over', () => {
  const line = (step: number) => JSON.stringify({ phase: 'clean', step, bias: 1, loss: step / 2, note: 'text' });
  const log = `${Array.from({ length: 3001 }, (_, step) => line(step)).join('\n')}\n{"phase":"clean","st`;
  const records = curveRecords(log);
  expect([...new Set(records.map(({ series }) => series))]).toEqual(['loss', 'bias']);
  const drawn = records.filter(({ series }) => series === 'loss');
  expect(drawn.length).toBeLessThanOrEqual(301);
  expect(drawn.at(-1)).toEqual({ phase: 'clean', step: 3000, series: 'loss', value: 1500 });
  for (const { step, value } of drawn) expect(value).toBe(step / 2);
});
