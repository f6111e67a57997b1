// Successive halving: which runs are made, and that these and their results are the same however they are carried out.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AbortedError, key } from '@advml/core';
import { parseSweep, planSweep, runHalving, runSweep, type SweepEngine, sweepResults } from '@advml/runs/disk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standingsOf } from '../src/sweep/search/run-halving.ts';
import { draws, performAfter, planOf as planOfDraws } from './sweep-experiment.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'advml-halving-'));
});
afterAll(() => rmSync(place, { recursive: true }));

const halving = { rungs: { number: [20, 60, 180] }, metric: 'below.share', factor: 3 };
const search = { method: 'random', runs: 9, over: { bar: { low: 0.1, high: 0.9 } } };
const planOf = (more: object = {}) => planOfDraws({ search, halving, ...more });

/** Runs in this process, each as long as chance will have it. */
function engineHere(lanes: number, before: (name: string) => void = () => {}): SweepEngine {
  return {
    lanes,
    perform: performAfter(async (name) => {
      await setTimeout(lanes > 1 ? 8 * key('wait', lanes).child(name).uniform(1)[0] : 0);
      before(name);
    }),
  };
}

const foldersIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.includes('seed='))
    .sort();
const claimsIn = (folder: string) =>
  foldersIn(folder).map((name) => readFileSync(join(folder, name, 'claims.json'), 'utf8'));

describe('successive halving', () => {
  it('tries all for a short time and the best for longer', async () => {
    const folder = join(place, 'whole');
    const plan = planOf();
    const { finished, failed, standings } = await runHalving(folder, plan, { engine: engineHere(1) });
    expect([finished, failed]).toEqual([9 + 3 + 1, []]);
    const { rows } = await sweepResults(folder, ['below.share']);
    const onRung = (number: number) =>
      rows.filter(({ quantity, values }) => quantity === 'below.share' && values.number === number);
    expect([20, 60, 180].map((number) => onRung(number).length)).toEqual([9, 3, 1]);
    for (const [below, above, places] of [
      [20, 60, 3],
      [60, 180, 1],
    ]) {
      const best = onRung(below)
        .map(({ value, values }, at) => ({ value, at, bar: values.bar }))
        .sort((a, b) => b.value - a.value || a.at - b.at);
      expect(new Set(onRung(above).map(({ values }) => values.bar))).toEqual(
        new Set(best.slice(0, places).map(({ bar }) => bar)),
      );
    }
    expect(standings.map(({ values }) => values.number)).toEqual([180]);
  });

  it('makes the same runs with the same results whatever the number of workers and their order, also after a stop', async () => {
    const [many, stopped] = [join(place, 'many'), join(place, 'stopped')];
    const whole = await runHalving(join(place, 'whole'), planOf(), { engine: engineHere(1) });
    expect(await runHalving(many, planOf(), { engine: engineHere(7) })).toEqual(whole);
    for (const begun of [4, 6, 2]) {
      const stopping = new AbortController();
      let left = begun;
      const engine = engineHere(3, () => {
        if (--left === 0) stopping.abort();
      });
      const ended = runHalving(stopped, planOf(), { engine, signal: stopping.signal });
      await expect(ended).rejects.toThrow(AbortedError);
    }
    expect(await runHalving(stopped, planOf(), { engine: engineHere(2) })).toEqual(whole);
    for (const folder of [many, stopped]) {
      expect(foldersIn(folder)).toEqual(foldersIn(join(place, 'whole')));
      expect(claimsIn(folder)).toEqual(claimsIn(join(place, 'whole')));
    }
  });

  it('decides by the mean over seeds, the least where that is better, and goes on with one place at least', async () => {
    const folder = join(place, 'seeds');
    const less = { ...halving, rungs: { number: [20, 40, 80] }, better: 'less' };
    const plan = planOf({ search: { ...search, runs: 2 }, halving: less, seeds: 3 });
    const { finished, standings } = await runHalving(folder, plan, { engine: engineHere(2) });
    expect(finished).toBe(3 * (2 + 1 + 1));
    expect(standings).toHaveLength(1);
    const { rows } = await sweepResults(folder, ['below.share']);
    const means = new Map<unknown, number>();
    for (const { quantity, values, value } of rows)
      if (quantity === 'below.share' && values.number === 20)
        means.set(values.bar, (means.get(values.bar) ?? 0) + value / 3);
    expect(standings[0].values.bar).toBe([...means].sort(([, a], [, b]) => a - b)[0][0]);
  });

  it('halves a grid too, and leaves out what fails', async () => {
    const folder = join(place, 'grid');
    const more = { search: undefined, grid: { bar: [0.9, 0.5, 0.1], 'sign.of': ['plus', 'minus'] } };
    const engine = engineHere(2, (name) => {
      if (name.startsWith('bar=0.9')) throw new Error('lost');
    });
    const outcome = await runHalving(folder, planOf(more), { engine });
    expect(outcome.failed).toHaveLength(2);
    expect(outcome.standings.map(({ values }) => values)).toEqual([{ bar: 0.5, 'sign.of': 'plus', number: 180 }]);
  });

  it('is gone on with where its sides stand in another order', async () => {
    const folder = join(place, 'turned');
    const [bar, sign] = [{ bar: [0.9, 0.5] }, { 'sign.of': ['plus', 'minus'] }];
    const again = (grid: object) => runHalving(folder, planOf({ search: undefined, grid }), { engine: engineHere(1) });
    const { standings, ...outcome } = await again({ ...bar, ...sign });
    expect(await again({ ...sign, ...bar })).toEqual({ ...outcome, standings });
    expect(standings).toHaveLength(1);
  });

  it('ranks equal places as they come, and none without a number', () => {
    const runs = planOf({ search: { ...search, runs: 4 } }).runs;
    const row = (at: number, value: number) => ({ run: runs[at].name, quantity: 'q', value }) as never;
    const decides = { metric: 'q', better: 'greater' } as const;
    const ranked = standingsOf(runs, [row(3, 1), row(1, 2), row(0, 1), row(2, Number.NaN)], decides);
    expect(ranked.map(({ values }) => values)).toEqual([1, 0, 3].map((at) => runs[at].values));
  });

  it('is refused without rungs, for several experiments, and for a number that no run has', async () => {
    const plain = planOf({ halving: undefined });
    const engine = engineHere(1);
    await expect(runHalving(join(place, 'plain'), plain, { engine })).rejects.toThrow(
      /runHalving needs a sweep with rungs/,
    );
    const unknown = planOf({ halving: { ...halving, metric: 'below.shrae' } });
    for (const lanes of [1, 2]) {
      const folder = join(place, `unknown-${lanes}`);
      await expect(runHalving(folder, unknown, { engine: engineHere(lanes) })).rejects.toThrow(
        /has no number 'below\.shrae'/,
      );
      expect(foldersIn(folder).length).toBeLessThan(unknown.runs.length);
    }
    const other = { experiment: { ...draws, name: 'other' }, url: 'file:///draws.mjs' };
    const both = parseSweep({ experiment: ['draws', 'other'], halving });
    expect(() => planSweep(both, [{ ...other, experiment: draws }, other], '1')).toThrow(
      /runs of one experiment, got 2/,
    );
    expect((await runSweep(join(place, 'first'), planOf(), { engine })).finished).toBe(9); // a rung is a sweep
  });
});
