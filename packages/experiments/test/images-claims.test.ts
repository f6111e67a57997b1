// What the claims about images make of measurements: numbers, bars and verdicts that are known beforehand.
import { summarize } from '@advml/core';
import { clopperPearson, medianInterval } from '@advml/metrics';
import { describe, expect, it } from 'vitest';
import { c1 } from '../src/images/accuracy/claims/c1.ts';
import { c2 } from '../src/images/accuracy/claims/c2.ts';
import { c3 } from '../src/images/accuracy/claims/c3.ts';
import type { AccuracyMeasures } from '../src/images/accuracy/measures.ts';
import { c4 } from '../src/images/layers/claims/c4.ts';
import { c5 } from '../src/images/layers/claims/c5.ts';
import { c14 } from '../src/images/layers/claims/c14.ts';
import type { LayerMeasures } from '../src/images/layers/measures.ts';
import { c13 } from '../src/images/low-rank/claims/c13.ts';
import type { AtShare, LowRankMeasures } from '../src/images/low-rank/measures.ts';
import { rankOf } from '../src/images/low-rank/ranks.ts';
import { c16 } from '../src/images/pictures/claims/c16.ts';
import { mostTake, startsOf } from '../src/images/pictures/classes.ts';
import type { PicturesMeasures } from '../src/images/pictures/measures.ts';
import type { ImagesSetting } from '../src/images/setting.ts';
import { c15 } from '../src/images/sparse/claims/c15.ts';
import type { SparseMeasures } from '../src/images/sparse/measures.ts';
import { imagesMlp } from '../src/index.ts';

const setting: ImagesSetting = imagesMlp.schema.parse({});

/** What was measured where w is right on so many of 1,000 images and each battery leaves so many of 500. */
function accuracies(clean: number, ofW: number, ofWPrime: number): AccuracyMeasures {
  const judged = (network: 'clean' | 'robust-linf') => ({
    network,
    clean: clopperPearson(clean, 1000),
    probed: clopperPearson(1, 2),
    probedOnTraining: clopperPearson(1, 2),
    probe: 'probe',
  });
  const robust = (network: 'clean' | 'robust-linf' | 'robust-l2', norm: 'linf' | 'l2', count: number) => ({
    network,
    norm,
    eps: norm === 'linf' ? 0.1 : 1.5,
    accuracy: clopperPearson(count, 500),
    attack: 'battery',
  });
  return {
    judged: [judged('clean'), judged('robust-linf')],
    robust: [
      robust('clean', 'linf', ofW),
      robust('clean', 'l2', 3),
      robust('robust-linf', 'linf', ofWPrime),
      robust('robust-linf', 'l2', 77),
      robust('robust-l2', 'linf', 88),
      robust('robust-l2', 'l2', 200),
    ],
    curves: [],
  };
}

describe('C1 to C3', () => {
  it.each([
    [c1, accuracies(900, 0, 0), { value: 0.9, holds: true }],
    [c1, accuracies(899, 0, 0), { value: 0.899, holds: false }],
    [c2, accuracies(900, 24, 0), { value: 0.048, holds: true, attack: 'battery' }],
    [c2, accuracies(900, 25, 0), { value: 0.05, holds: false }],
    [c3, accuracies(900, 0, 389), { value: 0.778, holds: true, attack: 'battery' }], // from 0.739
    [c3, accuracies(900, 0, 388), { value: 0.776, holds: false }], // from 0.7369
    [c3, accuracies(900, 0, 350), { value: 0.7, holds: false }], // 0.737 lies in its interval
  ])('%#: judge by the bar', (claim, measures, expected) => {
    expect(claim.find(measures, setting)).toMatchObject(expected);
  });

  it.each<[string, number, string, number, number, boolean]>([
    ['mnist', 0.3, '>= 0.8843 at the lower end of its interval', 0, 457, true],
    ['mnist', 0.3, '>= 0.8843 at the lower end of its interval', 0, 456, false], // from 0.8837
    ['mnist', 0.1, 'no published figure: above that of w, intervals apart', 0, 420, true],
    ['cifar-10', 0.3, 'no published figure: above that of w, intervals apart', 100, 120, false],
  ])('C3 has the bar of %s at linf %d: %s', (set, eps, bar, ofW, ofWPrime, holds) => {
    const other = imagesMlp.schema.parse({ data: { set }, threats: [{ norm: 'linf', eps }] });
    expect(c3.find(accuracies(900, ofW, ofWPrime), other)).toMatchObject({ bar, holds });
    const source = bar.startsWith('no') ? /^none for a small network/ : /arXiv:2003\.01690.*Madry/;
    expect(c3.find(accuracies(900, ofW, ofWPrime), other).detail?.published).toMatch(source);
  });

  it.each([
    [710, 1000],
    [65, 100],
    [3, 5],
    [5, 5], // at least 0.478
  ])('C3 is not met by %i of %i', (robust, of) => {
    const measured = accuracies(900, 0, 0);
    const found = c3.find(
      {
        ...measured,
        robust: measured.robust.map((at) => ({ ...at, accuracy: clopperPearson(robust, of) })),
      },
      setting,
    );
    expect(found).toMatchObject({ value: robust / of, holds: false });
  });

  it('tell what became of the other norms beside it', () => {
    expect(c2.find(accuracies(900, 2, 0), setting).detail).toEqual({ examples: 500, 'l2 1.5': 0.006 });
    expect(c3.find(accuracies(900, 2, 1), setting).detail).toEqual({
      examples: 500,
      published: expect.stringContaining('arXiv:1905.11213'),
      cleanAccuracy: 0.9,
      'l2 1.5': 0.4,
    });
  });
});

/** A layer of ten neurons whose cosines with w' are given, or all alike; random vectors have cosines of 0.2. */
function layer(name: string, { cosines = [0.9], init = 0.3, reach = 0.01, nearest = 0.5, ratio = 0.5 }): LayerMeasures {
  const all = Array.from({ length: 10 }, (_, at) => cosines[at % cosines.length]);
  const above = all.filter((cosine) => cosine > Math.SQRT1_2).length;
  const { median, low, high } = medianInterval(all.map((cosine) => cosine - nearest));
  const withInit = (mean: number) => ({ mean, low: mean - reach, high: mean + reach });
  return {
    name,
    neurons: 10,
    inputs: 9,
    cosine: summarize(all),
    purified: clopperPearson(above, 10),
    purifiedOfAll: clopperPearson(above, 10),
    beta: 1,
    ratio,
    added: 0.25,
    withInit: { clean: withInit(init), robust: withInit(init / 2), random: 0.2 },
    control: {
      cosine: 0,
      nearest: summarize([nearest]),
      nearer: { median, low, high },
      purified: clopperPearson(0, 10),
    },
    cosines: all,
  };
}
const layersOf = (...layers: LayerMeasures[]) => [
  { norm: 'linf', layers },
  { norm: 'l2', layers: [layer('other norm', { cosines: [0], init: 1, nearest: 1 })] },
];

describe('C4, C5 and C14', () => {
  it('look at the worst layer of the first norm', () => {
    const measures = layersOf(
      layer('first', { cosines: [0.9, 0.8, 0.9, 0.9], init: 0.2, nearest: 0.3 }),
      layer('second', { cosines: [0.8, 0.7], init: 0.5, nearest: 0.6 }),
    );
    expect(c4.find(measures, setting)).toMatchObject({ value: 2.5, holds: true, detail: { layer: 'second' } });
    expect(c5.find(measures, setting)).toMatchObject({ value: 0.5, holds: false, detail: { layer: 'second' } });
    const found = c14.find(measures, setting);
    expect(found).toMatchObject({
      holds: true,
      detail: { layer: 'second', first: { own: 0.9, nearestOfControl: 0.3 } },
    });
    expect(found.value).toBeCloseTo(0.15, 12);
    expect(found.interval?.[0]).toBeCloseTo(0.1, 12);
    expect(found.interval?.[1]).toBeCloseTo(0.2, 12);
  });

  it.each([
    [{ init: 0.59 }, true], // 3 times 0.2, less the reach
    [{ init: 0.5901 }, false],
    [{ init: 0.5, reach: 0.2 }, false],
    [{ init: 0.4, reach: 0 }, true],
  ])('C4 of %j: %s', (said, holds) => {
    expect(c4.find(layersOf(layer('only', said)), setting).holds).toBe(holds);
  });

  it('C4 shows the layer whose interval reaches highest, which decides', () => {
    const wide = layersOf(layer('most', { init: 0.4, reach: 0.01 }), layer('widest', { init: 0.35, reach: 0.3 }));
    expect(c4.find(wide, setting)).toMatchObject({
      value: expect.closeTo(1.75, 10),
      holds: false,
      detail: { layer: 'widest' },
    });
  });

  it('C4 does not hold at 0.71, be it less than three times what random vectors give', () => {
    const only = layer('only', { init: 0.71, reach: 0 });
    const few = { ...only, withInit: { ...only.withInit, random: 0.29 } };
    expect(c4.find(layersOf(few), setting)).toMatchObject({ value: 0.71 / 0.29, holds: false });
  });

  it('C14 does not hold where some neurons are nearer to the control, though the median is not', () => {
    const found = c14.find(layersOf(layer('only', { cosines: [0.9, 0.9, 0.4, 0.9, 0.4], nearest: 0.5 })), setting);
    expect(found).toMatchObject({ value: 0.4, holds: false });
    expect(found.interval?.[0]).toBeCloseTo(-0.1, 12);
  });

  it('C14 without a control does not hold', () => {
    const { control: _, ...alone } = layer('only', {});
    expect(c14.find(layersOf(alone), setting)).toMatchObject({ value: 0, holds: false });
  });

  it("C5 and C14 do not hold where w' is w", () => {
    const same = layersOf(layer('only', { cosines: [1], nearest: 0.1, ratio: 0 }));
    for (const claim of [c5, c14]) expect(claim.find(same, setting).holds).toBe(false);
    const changed = layersOf(layer('only', { cosines: [0.99], nearest: 0.1, ratio: 0.14 }));
    for (const claim of [c5, c14]) expect(claim.find(changed, setting).holds).toBe(true);
  });
});

describe('C13', () => {
  /** The first images withstand, so many of 1,000. */
  const at = (share: number, robust: number): AtShare => ({
    share,
    clean: clopperPearson(900, 1000),
    robust: clopperPearson(robust, 1000),
    attack: 'probe',
    withstood: '1'.repeat(robust).padEnd(1000, '0'),
  });
  const measures = (largest: number, full: number, share = 0.25): LowRankMeasures => ({
    without: at(0, 1),
    whole: at(1, 900),
    truncated: [at(0.1, 5)],
    layers: [
      { name: 'layer1.weight', side: 8, values: [2, 1], effectiveRank: 2, stableRank: 1.25, size: 0.5, truncated: [] },
    ],
    trained: [at(0.1, 10), at(share, largest)],
    full: at(1, full),
  });

  it('compares a quarter of the rank with all weights after as many steps, image by image', () => {
    // 643 of 700, all of them among the 700, have the interval [0.896, 0.937]; 648 have [0.904, 0.943]
    const found = c13.find(measures(648, 700), setting);
    expect(found).toMatchObject({
      holds: true,
      attack: 'probe',
      detail: { rankOverFull: 0.25, leastRankOverFull: 0.25, robustByShare: { 0.1: 0.01, 0.25: 0.648 } },
    });
    expect(found.value).toBeCloseTo(648 / 700, 12);
    expect(found.interval?.[0]).toBeGreaterThan(0.9);
    expect(found.detail?.effectiveRankOverFull).toEqual({ 'layer1.weight': 0.25 });
    expect(c13.find(measures(643, 700), setting)).toMatchObject({
      holds: false,
      value: expect.closeTo(643 / 700, 12),
      detail: { leastRankOverFull: null },
    });
    expect(c13.find(measures(643, 0), setting)).toMatchObject({ value: 0, holds: false });
  });

  it('does not hold where w withstands as much, nor where a layer is so narrow that its least rank is no quarter', () => {
    const { holds } = c13.find({ ...measures(699, 700), without: at(0, 699) }, setting);
    expect(holds).toBe(false);
    const found = measures(699, 700);
    const narrow = { ...found, layers: [{ ...found.layers[0], side: 2 }] };
    expect(c13.find(narrow, setting)).toMatchObject({ holds: false, detail: { rankOverFull: 0.5 } });
  });

  it('has a place on its curve for each share, also where a narrow layer has the same rank at several', () => {
    const found = measures(690, 700);
    const narrow = { ...found.layers[0], name: 'last.weight', side: 10 };
    const trained = [at(1 / 64, 300), at(1 / 16, 690), at(0.25, 690)];
    const { detail } = c13.find({ ...found, layers: [...found.layers, narrow], trained }, setting);
    const shares = ['0.015625', '0.0625', '0.25'];
    expect(Object.keys(detail?.recoveredByShare as object)).toEqual(shares);
    expect(Object.keys(detail?.robustByShare as object)).toEqual(shares);
    expect(detail?.leastRankOverFull).toBe(0.125); // rank 1 of 8
  });

  it('has ranks that are the share of the full one, at least 1', () => {
    expect([rankOf(0, 9), rankOf(0.29, 100), rankOf(0.25, 10), rankOf(0.25, 2), rankOf(1, 7)]).toEqual([
      0, 29, 2, 1, 7,
    ]);
  });

  it('leaves out ranks that are not low', () => {
    expect(c13.find(measures(700, 700, 0.5), setting)).toMatchObject({
      holds: false,
      value: expect.closeTo(10 / 700, 12),
    });
  });
});

describe('C15', () => {
  const measures = (clean: number, random: number): SparseMeasures => ({
    atoms: 4,
    entries: 9,
    patch: '3 x 3 x 1',
    images: 200,
    curves: [],
    robustMinus: {
      clean: { value: clean, low: clean - 0.1, high: clean + 0.1 },
      random: { value: random, low: random - 0.1, high: random + 0.1 },
    },
  });

  it.each([
    [-0.2, -0.2, true],
    [-0.05, -0.2, false],
    [-0.2, -0.05, false],
    [-0.1 - 1e-9, -0.2, false], // rounding
  ])('%d against w and %d against random directions: %s', (clean, random, holds) => {
    expect(c15.find(measures(clean, random), setting)).toMatchObject({ value: clean, holds });
  });
});

describe('C16', () => {
  /** Images of 200 that most controls, and each of them, take for what they are meant to show. */
  const measures = (clean: readonly number[], robust: readonly number[]) =>
    ({
      sought: [clean, robust].map(([panel, ...controls], at) => ({
        network: ['clean', 'robust-linf'][at],
        own: clopperPearson(200, 200),
        panel: clopperPearson(panel, 200),
        controls: controls.map((count) => clopperPearson(count, 200)),
      })),
    }) as unknown as PicturesMeasures;

  it.each([
    [[20, 20, 30, 40], [180, 180, 170, 41], true],
    [[20, 20, 30, 40], [180, 180, 170, 40], false], // one control does not see it more often
    [[90, 90], [100, 100], false], // intervals overlap
    [[180, 180], [20, 20], false],
  ])("%j of w and %j of w' of 200: %s", (clean, robust, holds) => {
    expect(c16.find(measures(clean, robust), setting)).toMatchObject({ value: robust[0] / 200, holds });
  });

  it('counts images on which more than half of the panel agree', () => {
    const votes = [
      [1, 1, 1, 0],
      [1, 1, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 1],
    ];
    expect(mostTake(votes)).toBe(1); // two of four are no majority
    expect(mostTake(votes.slice(0, 3))).toBe(2);
    expect(mostTake(votes.slice(0, 1))).toBe(3);
  });

  it.each([
    ['sorted', Array.from({ length: 60 }, (_, at) => Math.floor(at / 20))],
    ['mixed', Array.from({ length: 60 }, (_, at) => at % 3)],
  ])('no image is moved towards two classes, or its own: labels %s', (_, labels) => {
    const starts = startsOf(labels, 3, 10);
    expect(starts.map((own) => own.length)).toEqual([10, 10, 10]);
    expect(new Set(starts.flat()).size).toBe(30);
    for (const [sought, own] of starts.entries()) expect(own.every((index) => labels[index] !== sought)).toBe(true);
  });
});
