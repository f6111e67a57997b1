// Parts of `advml serve`: where a path leads, how often a page is made, and what of a log is drawn.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { diskStore } from '@advml/runs/disk';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seal, unseal } from '../../runs/src/store/sealed.ts';
import { curveRecords, curvesHtml, lastRecord } from '../src/serve/curves.ts';
import { targetOf } from '../src/serve/guard.ts';
import { remembering } from '../src/serve/remember.ts';
import { servedFolder } from '../src/serve/served-folder.ts';
import { sweepPage } from '../src/serve/sweep-page.ts';
import { topPage } from '../src/serve/top-page.ts';
import { sweptHere } from './swept.ts';

let place = '';
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'advml-serve-parts-'));
});
afterAll(() => rmSync(place, { recursive: true }));

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
      expect(parts.join('')).not.toMatch(process.platform === 'win32' ? /[/\\:\0]/ : /[/\\\0]/);
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

it('what is no finite number is not drawn, and training is where the last line with numbers says, in any order of its keys', () => {
  const lines = [
    '{"step":3,"phase":"clean","loss":1}',
    '{"phase":"clean","step":4,"loss":1e999}',
    '{"phase":"clean","st',
  ];
  const log = ['{"phase":"clean","step":1e999,"loss":1}', ...lines, 'x'.repeat(80_000)].join('\n');
  const record = { phase: 'clean', step: 3, series: 'loss', value: 1 };
  expect(curveRecords(log)).toEqual([record]);
  expect(lastRecord(log)).toEqual(record);
  expect(lastRecord('')).toBeUndefined();
});

it('phases stand in the order of the log, whatever they measure, and series in that of their panels', () => {
  const lines = ['{"phase":"clean","step":9,"accuracy":1}', '{"phase":"adversarial","step":9,"loss":1,"accuracy":1}'];
  expect(curveRecords(lines.join('\n')).map(({ phase, series }) => `${phase} ${series}`)).toEqual([
    'clean accuracy',
    'adversarial loss',
    'adversarial accuracy',
  ]);
  const html = curvesHtml(lines.join('\n'));
  expect(html).toContain('<desc>loss; accuracy over 18 steps, in the phases clean, then adversarial.</desc>');
});

it('steps that no training counts are left out, and of very many phases the last are drawn', () => {
  const line = (phase: number, step: number) => JSON.stringify({ phase: `${phase}`, step, loss: 1 });
  const log = Array.from({ length: 5000 }, (_, at) => `${line(at, 1)}\n${line(at, 1e308)}`).join('\n');
  expect(new Set(curveRecords(log).map(({ phase }) => phase)).size).toBe(12);
  expect(curveRecords(log).at(-1)).toEqual({ phase: '4999', step: 1, series: 'loss', value: 1 });
  expect(curvesHtml(log)).not.toMatch(/NaN|Infinity/);
});

it('a list goes into folders and through no link, also where links go in circles', async () => {
  const [inside, outside] = ['inside', 'outside'].map((name) => join(place, name));
  for (const folder of [join(inside, 'deep'), outside]) mkdirSync(folder, { recursive: true });
  for (const folder of [inside, join(inside, 'deep'), outside]) writeFileSync(join(folder, 'a.json'), '{}');
  symlinkSync(outside, join(inside, 'out'));
  for (const name of ['l', 'k']) symlinkSync('.', join(inside, name));
  const { list } = servedFolder(place, ['inside']);
  expect(await list('')).toEqual(['a.json', 'deep', 'k', 'l', 'out']);
  expect(await list('', true)).toEqual(['a.json', 'deep', 'deep/a.json', 'k', 'l', 'out']);
});

it('of very many folders the first by name are looked into, and how many more there are is said', async () => {
  const many = join(place, 'many');
  for (const name of ['c', 'a', 'd', 'b']) {
    mkdirSync(join(many, name), { recursive: true });
    writeFileSync(join(many, name, 'run.json'), '{}');
  }
  const [{ html }] = (await topPage(many, { deepest: 4, most: 3 })).sections;
  expect(Array.from(html.matchAll(/<a href="[^"]*">([a-d])<\/a>/g), ([, name]) => name)).toEqual(['a', 'b']);
  expect(html).toContain('and 2 more folders');
  expect((await topPage(many)).sections[0].html).not.toContain('more folders');
});

it('the time that is left of a sweep is that of the runs at work and those that wait', async () => {
  const sweep = join(place, 'sweep');
  await sweptHere(sweep, { grid: { number: [10, 20, 30, 9001] } });
  const of = (number: number) =>
    join(sweep, readdirSync(sweep).find((name) => name.startsWith(`number=${number},`)) as string);
  const change = (number: number, changes: object) => {
    const file = join(of(number), 'run.json');
    writeFileSync(file, seal({ ...unseal(readFileSync(file, 'utf8')), ...changes }, 2));
  };
  for (const number of [10, 20]) change(number, { seconds: 60 });
  change(30, { status: 'running', ended: null });
  const release = await diskStore(of(30)).lock('run.lock');
  const { sections } = await sweepPage(place, ['sweep'], 'sweep');
  await release();
  expect(sections[0].html).toContain('2 of 4 runs finished, 1 at work, 1 failed, about 1 min 0 s left');
});

it.skipIf(process.platform === 'win32')('a name may have a colon where that is no way to somewhere else', () => {
  expect(targetOf('/a:b/')?.parts).toEqual(['a:b']);
});
