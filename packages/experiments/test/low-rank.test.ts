// An update that is trained keeps to its rank, and what may change everything is full training.

import { AbortedError, disposeParams, type Params } from '@advml/core';
import { clopperPearson, pairedRatio } from '@advml/metrics';
import { singularValues } from '@advml/purification';
import { parseSetting, startRun, tableOverSeeds } from '@advml/runs';
import { useWasm } from '@advml/wasm';
import { memory, norm, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AtRank, type LowRankMeasures, paper, paperSetting } from '../src/index.ts';
import { c13 } from '../src/paper/low-rank/claims/c13.ts';
import { lowRankFigures } from '../src/paper/low-rank/figures.ts';
import { lowRankTables } from '../src/paper/low-rank/tables.ts';
import { type Restriction, trainRestricted } from '../src/paper/low-rank/train.ts';
import { lowRankWorld } from '../src/paper/low-rank/world.ts';
import { paperPresets } from '../src/paper/presets.ts';
import { paperWorld } from '../src/paper/world.ts';
import { tablePoints } from '../src/shared/table-points.ts';
import { judge } from './judge.ts';
import { type OpenStore, openStore, textOf, tiny } from './tiny.ts';
import { unbelieved } from './unbelieved.ts';
import { faultOf } from './well-formed.ts';

const setting = parseSetting(paperSetting, [paperPresets.smoke, ...tiny.overrides]);

beforeAll(() => useWasm());

describe('a run of claim C13', () => {
  let store: OpenStore;
  const measure = (name: string) => JSON.parse(textOf(store, `measures/${name}.json`)).value;
  const same = { data: { dictionary: 'identity' }, lowRank: { examples: 10, ranks: [3, 1, 500] } };

  beforeAll(async () => {
    store = openStore();
    await startRun(store, paper, { ...tiny, overrides: [...tiny.overrides, same, { claims: ['C2', 'C3', 'C13'] }] });
  });

  it("begins with w and ends with w', in the numbers of the main run", () => {
    const { without, truncated } = measure('low-rank/update');
    for (const [of, name] of [
      [without, 'robustness-clean'],
      [truncated.at(-1), 'robustness-robust'],
    ]) {
      const { clean, robust, attack } = measure(name);
      expect([of.clean, of.robust, of.attack]).toEqual([clean, robust, attack]);
    }
    expect(truncated.map(({ rank }: AtRank) => rank)).toEqual([2, 24]);
  });

  it('has the spectra of what training changed', () => {
    const { spectrum, alongMixture } = measure('low-rank/update');
    expect(spectrum.values).toHaveLength(24);
    expect(spectrum.effectiveRank).toBeGreaterThan(spectrum.stableRank);
    expect(alongMixture).toBeGreaterThan(0);
    expect(alongMixture).toBeLessThanOrEqual(1);
    // w0 is so small that w - w0 is nearly w
    const [change, clean] = [measure('low-rank/clean-change'), measure('low-rank/clean')];
    expect(change.values[0] / clean.values[0]).toBeCloseTo(1, 2);
  });

  it('tries each rank up to a quarter of the full one once, in order, beside its control', () => {
    const rows = textOf(store, 'tables/low-rank.csv')
      .split('\n')
      .slice(1)
      .map((line) => line.split(',', 2).join(' '));
    expect(rows.filter((row) => /trained (A B|in a)/.test(row))).toEqual(
      ['trained A B', 'trained in a random subspace'].flatMap((kind) => [1, 3, 6].map((rank) => `${kind} ${rank}`)),
    );
    for (const name of ['low-rank', 'low-rank-recovered', 'spectra'])
      expect(textOf(store, `figures/${name}.svg`)).toContain('</svg>');
    expect(textOf(store, 'report.html')).toContain('Singular values of what training changes');
    expect(unbelieved(store)).toEqual([]);
  });
});

describe('trainRestricted', () => {
  const world = lowRankWorld(paperWorld(setting, 3));
  const start = (): Params => world.network.init(world.root.child('start'));

  /** The update of the weights; some initial weights stand for w. */
  async function updateOf(restriction: Restriction): Promise<Tensor2D> {
    const clean = start();
    const trained = await trainRestricted(world, clean, restriction, {});
    expect(Object.keys(trained)).toEqual(['weight', 'bias']);
    expect(trained.bias.dataSync()).toEqual(clean.bias.dataSync());
    const update = tidy(() => sub(trained.weight, clean.weight)) as Tensor2D;
    disposeParams(trained, clean);
    return update;
  }

  it.each([1, 2, 5])('keeps an update to rank %d', async (rank) => {
    const values = await singularValues(await updateOf({ kind: 'rank', rank }));
    expect(values[rank - 1]).toBeGreaterThan(1e-5 * values[0]);
    expect(values[rank]).toBeLessThan(1e-5 * values[0]);
  });

  it('in a random subspace of all dimensions is full training', async () => {
    const [full, random] = [await updateOf({ kind: 'full' }), await updateOf({ kind: 'random', rank: 24 })];
    const [gap, size] = [norm(sub(full, random)).dataSync()[0], norm(full).dataSync()[0]];
    expect(size).toBeGreaterThan(0);
    expect(gap / size).toBeLessThan(1e-3);
  });

  it('in a random subspace moves as many parameters as the update of that rank has', async () => {
    const values = await singularValues(await updateOf({ kind: 'random', rank: 3 }));
    expect(values.filter((value) => value > 1e-5 * values[0])).toHaveLength(7); // 24 x 7 = 3 x (24 + 32)
  });

  it('can be stopped, and keeps no tensor', async () => {
    const before = memory().numTensors;
    for (const kind of ['rank', 'random'] as const) {
      (await updateOf({ kind, rank: 2 })).dispose();
      const clean = start();
      const stopped = trainRestricted(world, clean, { kind, rank: 2 }, { signal: AbortSignal.abort() });
      await expect(stopped).rejects.toThrow(AbortedError);
      disposeParams(clean);
    }
    expect(memory().numTensors).toBe(before);
  });
});

describe('claim C13', () => {
  /** The first examples withstand, so many of 1,000. */
  const accuracies = (robust: number) => ({
    clean: clopperPearson(1000, 1000),
    robust: clopperPearson(robust, 1000),
    attack: 'a battery',
    withstood: '1'.repeat(robust).padEnd(1000, '0'),
  });
  const spectrum = { values: [3, ...Array(15).fill(1)], effectiveRank: 12, stableRank: 12 / 9 };
  const said = (trained: number, full: number, effectiveRank = 4): LowRankMeasures => ({
    update: {
      spectrum: { ...spectrum, effectiveRank },
      alongMixture: 0.98,
      without: accuracies(4),
      truncated: [
        { rank: 1, ...accuracies(640) },
        { rank: 16, ...accuracies(990) },
      ],
    },
    cleanChange: spectrum,
    clean: spectrum,
    trained: [
      { rank: 1, ...accuracies(820) },
      { rank: 4, ...accuracies(trained) },
      { rank: 5, ...accuracies(1000) },
    ],
    random: [{ rank: 1, ...accuracies(5) }],
    full: accuracies(full),
  });
  const claim = (...counts: Parameters<typeof said>) => judge(c13, said(...counts), setting);

  it('is about the largest rank up to a quarter of the full one, as a share of all weights, by the low end', () => {
    const { low } = pairedRatio(
      ...([880, 950].map((count) => Array.from({ length: 1000 }, (_, at) => at < count)) as [boolean[], boolean[]]),
    );
    expect(low).toBeGreaterThan(0.9);
    expect(claim(880, 950)).toMatchObject({
      ...{ holds: true, value: 880 / 950, interval: [low, expect.any(Number)] },
      detail: {
        rank: 4,
        rankOverFull: 0.25,
        leastRankOverFull: 0.25,
        robustOfFullTraining: 0.95,
        robustOfWPrime: 0.99,
      },
    });
    expect(claim(860, 950)).toMatchObject({ holds: false, value: 860 / 950, detail: { leastRankOverFull: 5 / 16 } });
  });

  it('does not hold where w alone has as much', () => {
    const found = said(900, 950);
    const update = { ...found.update, without: accuracies(900) };
    expect(judge(c13, { ...found, update }, setting)).toMatchObject({
      holds: false,
      detail: { leastRankOverFull: 0.25 },
    });
  });

  it('asks for a low effective rank of the update too', () => {
    expect(claim(880, 950, 4).detail).toMatchObject({ effectiveRankOfUpdateOverDimension: 0.25 });
    expect(claim(880, 950, 4.1).holds).toBe(false);
  });

  it('does not hold where training all weights withstands nothing', () => {
    expect(claim(0, 0)).toMatchObject({ holds: false, value: 0 });
  });

  it('has its curve over seeds as for one', () => {
    const seeds = [said(880, 950), said(900, 1000)].map((measures, seed) => ({ seed, measures, store: openStore() }));
    const tables = seeds.map(({ measures }) => lowRankTables(measures, setting)[0]);
    const points = tablePoints(tableOverSeeds(tables), 'trained A B', 'over the full one', 'share recovered');
    expect(points.map(({ x }) => x)).toEqual([1 / 24, 4 / 24, 5 / 24]);
    expect(points[1].y).toBeCloseTo((880 / 950 + 0.9) / 2, 12);
    for (const { draw } of lowRankFigures(seeds, setting)) expect(faultOf(draw())).toBeUndefined();
  });
});
