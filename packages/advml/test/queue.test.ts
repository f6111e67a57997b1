// A queue before there is one: its address, what is refused and in which words, and what is told now and then.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { queueAddress } from '../src/queue/address.ts';
import { inBatches } from '../src/queue/batches.ts';
import { requireMachine } from '../src/queue/machine.ts';
import { callMeeting, endMeeting, readMeeting } from '../src/queue/meeting.ts';
import { plainText, withoutPasswords } from '../src/terminal/plain-text.ts';
import { temporaryFolder } from './child.ts';
import { here } from './here.ts';

describe('the address of a queue', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is what the option says, else the environment, from which it is taken', () => {
    vi.stubEnv('ADVML_QUEUE', 'rediss://me:secret@example.org:6380/2');
    expect(queueAddress('redis://:word@localhost:6379')).toEqual({
      url: 'redis://:word@localhost:6379',
      shown: 'redis://localhost:6379',
    });
    expect(process.env.ADVML_QUEUE).toBeUndefined();
    vi.stubEnv('ADVML_QUEUE', 'rediss://me:secret@example.org:6380/2');
    expect(queueAddress(undefined)).toEqual({
      url: 'rediss://me:secret@example.org:6380/2',
      shown: 'rediss://example.org:6380/2',
    });
    expect(process.env.ADVML_QUEUE).toBeUndefined();
    expect(queueAddress(undefined)).toBeUndefined();
  });

  it.each([
    ['http://me:secret@host', /must be on Redis, at a URL such as redis:\/\/host:6379.*got http:\/\/\*\*\*@host$/],
    ['redis//:secret@host', /must be a URL such as redis:\/\/host:6379/],
    ['postgres://me:secret@host', /a queue on PostgreSQL is not offered/],
  ])('is refused without its password: %s', (url, message) => {
    expect(() => queueAddress(url)).toThrow(message);
    expect(() => queueAddress(url)).not.toThrow(/secret/);
  });

  it('is shown in no time, however much looks like the beginning of one', () => {
    const text = `a@${'redis://'.repeat(20_000)}`;
    const began = performance.now();
    expect(plainText(text)).toBe(text);
    expect(performance.now() - began).toBeLessThan(500);
  });

  it.each([
    ['at redis://me:a@b:c@host:1/2 and', 'at redis://***@host:1/2 and'],
    ['"rediss://:secret@host"', '"rediss://***@host"'],
    ['redis://:a/b@host', 'redis://***@host'],
    ['postgres://me@host', 'postgres://***@host'],
    ['https://example.org/@scope/name a@b', 'https://example.org/@scope/name a@b'],
    ["got '//me:secret@host'", "got '//***@host'"],
  ])('is shown without its password wherever it is said: %s', (text, shown) => {
    expect(withoutPasswords(text)).toBe(shown);
    expect(plainText(text)).toBe(shown);
  });
});

describe('the command', () => {
  it.each([
    [['worker', '--out', 'a'], /worker takes --queue, such as redis:\/\/localhost:6379, or ADVML_QUEUE/],
    [['worker', '--queue', 'redis://localhost:1'], /worker takes --out, the folder of the sweep/],
    [
      ['worker', '--queue', 'redis://:secret@localhost:1', '--out', 'a', '--lock', '0'],
      /--lock must be an integer >= 1, got '0'/,
    ],
    [['sweep', 'paper', 'x', 'redis://:secret@localhost:1'], /sweep takes a file of JSON.*redis:\/\/\*\*\*@localhost/],
    [
      ['sweep', 'paper', '--preset', 'smoke', '--attempts', '2'],
      /--attempts and --allow-mixed are for a sweep on a --queue/,
    ],
    [
      ['sweep', 'paper', '--preset', 'smoke', '--queue', 'redis://localhost:1', '--workers', '2'],
      /are made by 'advml worker'/,
    ],
    [
      ['sweep', 'paper', '--preset', 'smoke', '--queue', 'redis://:secret@127.0.0.1:1', '--out', 'nowhere'],
      /cannot use the queue at redis:\/\/127\.0\.0\.1:1: connect ECONNREFUSED .*; is the server there/,
    ],
    [['sweep', 'nowhere.mjs', '--watch', '--out', 'nowhere'], /nowhere holds no sweep/],
  ])('refuses %j', async (words, message) => {
    const { code, stdout, stderr } = await here(...words);
    expect(stderr).toMatch(message);
    expect(stdout + stderr).not.toContain('secret');
    expect(code).toBe(2);
  });
});

describe('a meeting', () => {
  it('keeps its queue when it is called again, and says when it has ended', async () => {
    const folder = temporaryFolder();
    expect(await readMeeting(folder)).toBeUndefined();
    const first = await callMeeting(folder, { node: '20' });
    await endMeeting(folder, first);
    expect(await readMeeting(folder)).toEqual({ ...first, ended: true });
    expect(await callMeeting(folder, null)).toEqual({ queue: first.queue, machine: null, ended: false });
    expect((await callMeeting(temporaryFolder(), null)).queue).not.toBe(first.queue);
    expect(readdirSync(folder)).toEqual(['sweep.queue']);
    writeFileSync(join(folder, 'sweep.queue'), '{"queue":"../x"}');
    await expect(readMeeting(folder)).rejects.toThrow(/sweep\.queue is damaged; delete it and start the sweep again/);
  });

  it('is for machines of one kind, unless they may differ', () => {
    const wanted = { node: '20.1.0', platform: 'linux x64' };
    requireMachine('here', wanted, { ...wanted, more: 'x' });
    requireMachine('here', null, {});
    expect(() => requireMachine('here', wanted, { ...wanted, node: '22.0.0' })).toThrow(
      /the sweep in here is of node 20\.1\.0, here 22\.0\.0: the last bits may differ; .*--allow-mixed/,
    );
  });
});

describe('batches', () => {
  it('hand on all values in their order, together, and what is left at the end', async () => {
    const handed: (readonly number[])[] = [];
    const batches = inBatches<number>(20, async (values) => void handed.push(values));
    for (const value of [1, 2, 3]) batches.add(value);
    await setTimeout(60);
    batches.add(4);
    await batches.end();
    await batches.end();
    expect(handed).toEqual([[1, 2, 3], [4]]);
  });
});
