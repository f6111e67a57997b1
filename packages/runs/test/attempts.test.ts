// Runs made in folders of their own and put into their places: what is gone on with, and what several at work on one run do to each other.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortedError } from '@advml/core';
import { count, defineExperiment } from '@advml/runs';
import {
  clearPlace,
  isFinished,
  parseSweep,
  performAttempt,
  planSweep,
  readSweep,
  runSweep,
  type SweepContext,
  type SweepEngine,
  type SweepJob,
} from '@advml/runs/disk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { performRun } from '../src/sweep/perform.ts';

/** Two stages, each of which tells that it is made. */
const made: string[] = [];
const stage = (name: string) => ({
  measure: ({ settings, key }: { settings: { draws: number }; key: { uniform(n: number): readonly number[] } }) => {
    made.push(name);
    return { last: Array.from(key.uniform(settings.draws)).at(-1) };
  },
});
const two = defineExperiment({
  name: 'two',
  settings: { draws: count(1).default(3).describe('Draws') },
  stages: { first: stage('first') as never, second: stage('second') as never },
});

let place: string;
let folder: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'advml-attempts-'));
});
afterAll(() => rmSync(place, { recursive: true }));

const perform = async (job: SweepJob, context: SweepContext) => {
  const performer = { experiment: two, environment: { advml: '1.0.0' } };
  await performRun(job, await readSweep(job.folder), performer, context);
};
const engine: SweepEngine = { lanes: 1, perform };
const plan = planSweep(parseSweep({ experiment: 'two' }), [{ experiment: two, url: 'file:///two.mjs' }], '1.0.0');
const [run] = plan.runs;
const quiet: SweepContext = { onEvent: () => {} };

/** Stops a run after its first stage. */
function stopping(): SweepContext {
  const stop = new AbortController();
  const onEvent: SweepContext['onEvent'] = (event) => {
    if (event.type === 'stage' && event.state === 'finished') stop.abort();
  };
  return { onEvent, signal: stop.signal };
}

const attempts = () => join(folder, 'sweep.attempts', run.name);
const measured = (name: string) => readFileSync(join(folder, run.name, 'measures', `${name}.json`), 'utf8');

/** A sweep whose one run no engine has made. */
beforeEach(async () => {
  folder = mkdtempSync(join(place, 'sweep-'));
  const none = { lanes: 1, perform: () => Promise.reject(new Error('not here')) };
  await runSweep(folder, plan, { engine: none });
  await clearPlace(folder, run, quiet);
  made.length = 0;
});

describe('an attempt', () => {
  it('leaves what a run without leaves, in its place, and nothing else', async () => {
    await performAttempt(folder, run, engine, quiet);
    const other = mkdtempSync(join(place, 'plain-'));
    await runSweep(other, plan, { engine });
    for (const file of ['measures/first.json', 'measures/second.json', 'claims.json'])
      expect(readFileSync(join(folder, run.name, file), 'utf8')).toBe(
        readFileSync(join(other, run.name, file), 'utf8'),
      );
    expect(readdirSync(folder).sort()).toEqual([run.name, 'sweep.attempts', 'sweep.json'].sort());
    expect(readdirSync(join(folder, 'sweep.attempts'))).toEqual([]);
    expect(readdirSync(join(folder, run.name)).sort()).toEqual(readdirSync(join(other, run.name)).sort());
  });

  it('is not made where the run is finished', async () => {
    await performAttempt(folder, run, engine, quiet);
    await performAttempt(folder, run, { lanes: 1, perform: () => Promise.reject(new Error('again')) }, quiet);
  });

  it('goes on from what the latest has left, but for half files, locks and half copies', async () => {
    await expect(performAttempt(folder, run, engine, stopping())).rejects.toThrow(AbortedError);
    expect(await isFinished(folder, run)).toBe(false);
    expect(existsSync(join(folder, run.name))).toBe(false);
    const [first] = readdirSync(attempts());
    mkdirSync(join(attempts(), first, 'run.lock'));
    writeFileSync(join(attempts(), first, 'run.lock', 'owner.json'), 'of somebody who is held up');
    writeFileSync(join(attempts(), first, 'half.1.tmp'), '');
    mkdirSync(join(attempts(), '9999999999999-half.tmp'));
    mkdirSync(join(attempts(), '9999999999999-without-a-record'));
    await performAttempt(folder, run, engine, quiet);
    expect(made).toEqual(['first', 'second']);
    expect(readdirSync(join(folder, run.name)).filter((name) => /lock|tmp/.test(name))).toEqual([]);
  });

  it('goes on from what processes here have begun, and clears what they said of a failure', async () => {
    const whole = { lanes: 1, perform: (job: SweepJob) => perform(job, stopping()) };
    await runSweep(folder, plan, { engine: whole });
    expect(existsSync(join(folder, run.name, 'error.txt'))).toBe(true);
    await clearPlace(folder, run, quiet);
    expect(existsSync(join(folder, run.name))).toBe(false);
    await performAttempt(folder, run, engine, quiet);
    expect(made).toEqual(['first', 'second']);
    expect(existsSync(join(folder, run.name, 'error.txt'))).toBe(false);
  });
});

describe('the place of a run', () => {
  it('is left alone where the run is finished meanwhile, or where nothing is', async () => {
    await clearPlace(folder, run, quiet);
    expect(readdirSync(folder)).not.toContain(run.name);
    await performAttempt(folder, run, engine, quiet);
    const { ino } = statSync(join(folder, run.name, 'run.json'));
    await clearPlace(folder, run, quiet);
    expect(statSync(join(folder, run.name, 'run.json')).ino).toBe(ino);
  });
});

describe('two attempts at a time', () => {
  /** An engine that is held up before it begins, or after it has come to the end, until it is told to go on. */
  function heldUp(when: 'before' | 'after') {
    let goOn = () => {};
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const held = async (job: SweepJob, context: SweepContext) => {
      if (when === 'before') await until;
      await perform(job, context);
      if (when === 'after') await until;
    };
    return { engine: { lanes: 1, perform: held }, goOn: () => goOn() };
  }

  it.each(['before', 'after'] as const)(
    'do not touch each other: the first wins, one held up %s it is thrown away',
    async (when) => {
      const { engine: slow, goOn } = heldUp(when);
      const late = performAttempt(folder, run, slow, quiet);
      await expect.poll(() => existsSync(attempts()) && readdirSync(attempts()).length).toBe(1);
      await performAttempt(folder, run, engine, quiet);
      const winner = statSync(join(folder, run.name, 'run.json')).ino;
      const before = [measured('first'), measured('second')];
      goOn();
      await late;
      expect(statSync(join(folder, run.name, 'run.json')).ino).toBe(winner);
      expect([measured('first'), measured('second')]).toEqual(before);
      expect(readdirSync(folder).sort()).toEqual([run.name, 'sweep.attempts', 'sweep.json'].sort());
    },
  );

  it('tell what went wrong only where none is finished', async () => {
    const failing = { lanes: 1, perform: () => Promise.reject(new Error('no room')) };
    await expect(performAttempt(folder, run, failing, quiet)).rejects.toThrow('no room');
    const late = {
      lanes: 1,
      perform: async () => {
        await performAttempt(folder, run, engine, quiet);
        throw new Error('no room');
      },
    };
    await performAttempt(folder, run, late, quiet);
    expect(await isFinished(folder, run)).toBe(true);
  });
});
