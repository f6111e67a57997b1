// The order in which stages are made, what is made at a time, and how one that fails stops the others.

import { AbortedError } from '@advml/core';
import { describe, expect, it } from 'vitest';
import { memoryStore, type RunEvent, type Stage, type StageRunner } from '../src/index.ts';
import { runStages } from '../src/schedule/run-stages.ts';
import { turnstile } from '../src/schedule/turnstile.ts';
import { neededStages } from '../src/stages/stages.ts';

interface Plan {
  readonly needs?: readonly string[];
  readonly kept?: boolean;
}

/** Lets everything happen that can. */
async function settle() {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Runs stages that end when they are told to, in the order given, with an error if it is one; tells what began and ended. */
async function run(
  plans: Readonly<Record<string, Plan>>,
  lanes: number,
  ends: readonly (string | readonly [string, Error])[],
  signal?: AbortSignal,
) {
  const log: string[] = [];
  const working = new Map<string, (error?: Error) => void>();
  const stages = Object.entries(plans).map(
    ([name, { needs = [], kept = false }]): Stage => ({
      name,
      needs,
      isKept: async () => kept,
      make: async ({ signal }) => {
        log.push(`${name} begins`);
        const error = await new Promise<Error | undefined>((resolve) => {
          working.set(name, resolve);
          signal?.addEventListener('abort', () => resolve(new AbortedError(name)));
        });
        log.push(error instanceof AbortedError ? `${name} is stopped` : `${name} ends`);
        if (error) throw error;
      },
    }),
  );
  const events: RunEvent[] = [];
  const runner: StageRunner = { lanes, make: (stage, context) => stage.make(context) };
  const context = { store: memoryStore(), onEvent: (event: RunEvent) => void events.push(event), signal };
  const outcome = runStages(stages, context, runner, turnstile(lanes)).catch((reason) => reason);
  for (const end of ends) {
    await settle();
    const [name, error] = typeof end === 'string' ? [end] : end;
    working.get(name)?.(error);
  }
  return { log, events, error: await outcome };
}

const chainAndFillers = {
  first: {},
  second: { needs: ['first'] },
  third: { needs: ['second'] },
  'filler 1': {},
  'filler 2': {},
};

describe('stages', () => {
  it('in one lane are made one after the other, in the order of the list', async () => {
    const order = Object.keys(chainAndFillers);
    const { log } = await run(chainAndFillers, 1, order);
    expect(log).toEqual(order.flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('in two lanes fill the room beside the chain that everything waits for', async () => {
    const { log, error } = await run(chainAndFillers, 2, ['first', 'second', 'filler 1', 'third', 'filler 2']);
    expect(error).toBeUndefined();
    expect(log).toEqual([
      ...['first begins', 'filler 1 begins', 'first ends', 'second begins', 'second ends', 'third begins'],
      ...['filler 1 ends', 'filler 2 begins', 'third ends', 'filler 2 ends'],
    ]);
  });

  it('that are kept are not made, and those that need them can begin', async () => {
    const { log, events } = await run({ a: { kept: true }, b: { needs: ['a'] } }, 2, ['b']);
    expect(log).toEqual(['b begins', 'b ends']);
    expect(events.map((event) => event.type === 'stage' && `${event.stage} ${event.state}`)).toEqual([
      'a reused',
      'b started',
      'b finished',
    ]);
  });

  it('are stopped where one fails; what it threw is thrown when nothing is at work any more', async () => {
    const failure = new TypeError('no such thing');
    const { log, error } = await run({ bad: {}, long: {}, after: { needs: ['bad'] }, waiting: {} }, 2, [
      ['bad', failure],
    ]);
    expect(error).toBe(failure);
    expect(log).toEqual(['bad begins', 'long begins', 'bad ends', 'long is stopped']);
  });

  it('are stopped by the signal, before any begins and in the middle', async () => {
    const never = await run(chainAndFillers, 2, [], AbortSignal.abort());
    expect(never).toMatchObject({ log: [], error: expect.any(AbortedError) });
    const abort = new AbortController();
    const stopped = run(chainAndFillers, 2, ['first'], abort.signal);
    await settle().then(settle).then(settle);
    abort.abort();
    const { log, error } = await stopped;
    expect(error).toBeInstanceOf(AbortedError);
    expect(log.slice(-2)).toEqual(['filler 1 is stopped', 'second is stopped']);
  });
});

describe('the stages that a result takes', () => {
  const stage = (name: string, ...needs: string[]): Stage => ({
    name,
    needs,
    isKept: async () => false,
    make: async () => {},
  });
  const all = [stage('a'), stage('b', 'a'), stage('c', 'a'), stage('d', 'c'), stage('e')];
  const named = (...wanted: string[]) => neededStages(all, wanted).map(({ name }) => name);

  it('are those behind it, in their order', () => {
    expect(named('d')).toEqual(['a', 'c', 'd']);
    expect(named('e', 'b')).toEqual(['a', 'b', 'e']);
    expect(named()).toEqual([]);
  });
});
