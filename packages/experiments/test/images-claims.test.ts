// What the claims about images make of measurements: numbers, bars and verdicts that are known beforehand.
import { summarize } from '@advml/core';
import { clopperPearson } from '@advml/metrics';
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
import type { LowRankMeasures } from '../src/images/low-rank/measures.ts';
import { c16 } from '../src/images/pictures/claims/c16.ts';
import type { PicturesMeasures } from '../src/images/pictures/measures.ts';
import type { ImagesSetting } from '../src/images/setting.ts';
import { c15 } from '../src/images/sparse/claims/c15.ts';
import type { SparseMeasures } from '../src/images/sparse/measures.ts';
import { imagesMlp } from '../src/index.ts';
import type { AtRank } from '../src/shared/low-rank.ts';

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
    [c3, accuracies(900, 0, 369), { value: 0.738, holds: true, attack: 'battery' }],
    [c3, accuracies(900, 0, 350), { value: 0.7, holds: true }], // 0.737 lies in its interval
    [c3, accuracies(900, 0, 345), { value: 0.69, holds: false }],
  ])('%#: judge by the bar', (claim, measures, expected) => {
    expect(claim.find(measures, setting)).toMatchObject(expected);
  });

  it.each<[string, number, string, number, number, boolean]>([
    ['mnist', 0.3, '>= 0.8843, within its interval', 0, 430, true],
    ['mnist', 0.3, '>= 0.8843, within its interval', 0, 420, false], // the interval ends at .871
    ['mnist', 0.1, 'no published figure: above that of w, intervals apart', 0, 420, true],
    ['cifar-10', 0.3, 'no published figure: above that of w, intervals apart', 100, 120, false],
  ])('C3 has the bar of %s at linf %d: %s', (set, eps, bar, ofW, ofWPrime, holds) => {
    const other = imagesMlp.schema.parse({ data: { set }, threats: [{ norm: 'linf', eps }] });
    expect(c3.find(accuracies(900, ofW, ofWPrime), other)).toMatchObject({ bar, holds });
    const source = bar.startsWith('no') ? /^none for a small network/ : /arXiv:2003\.01690.*Madry/;
    expect(c3.find(accuracies(900, ofW, ofWPrime), other).detail?.published).toMatch(source);
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

/** A layer of four neurons. */
function layer(name: string, { cosines = [1, 1, 1, 1], init = 0.1, nearest = 0.5 }): LayerMeasures {
  const above = cosines.filter((cosine) => cosine > Math.SQRT1_2).length;
  return {
    name,
    neurons: 4,
    inputs: 9,
    cosine: summarize(cosines),
    purified: clopperPearson(above, 4),
    beta: 1,
    ratio: 0.5,
    added: 0.25,
    withInit: { clean: init, robust: init / 2, random: 0.2 },
    control: { cosine: 0, nearest: summarize([nearest]), purified: clopperPearson(0, 4) },
    cosines,
  };
}
const layersOf = (...layers: LayerMeasures[]) => [
  { norm: 'linf', layers },
  { norm: 'l2', layers: [layer('other norm', { cosines: [0, 0, 0, 0], init: 1, nearest: 1 })] },
];

describe('C4, C5 and C14', () => {
  it('look at the worst layer of the first norm', () => {
    const measures = layersOf(
      layer('first', { cosines: [0.9, 0.8, 0.9, 0.9], init: 0.2, nearest: 0.3 }),
      layer('second', { cosines: [0.8, 0.6, 0.5, 0.8], init: 0.6, nearest: 0.6 }),
    );
    expect(c4.find(measures, setting)).toMatchObject({ value: 0.6, holds: true });
    expect(c5.find(measures, setting)).toMatchObject({ value: 0.5, holds: false, detail: { layer: 'second' } });
    const found = c14.find(measures, setting);
    expect(found).toMatchObject({
      holds: true,
      detail: { layer: 'second', first: { own: 0.9, nearestOfControl: 0.3 } },
    });
    expect(found.value).toBeCloseTo(0.1, 12);
  });

  it('do not hold where neurons stay at their start, or are no nearer to themselves than to the control', () => {
    const measures = layersOf(layer('only', { init: 0.71, nearest: 1 }));
    expect(c4.find(measures, setting)).toMatchObject({ value: 0.71, holds: false });
    expect(c14.find(measures, setting)).toMatchObject({ value: 0, holds: false });
  });
});

describe('C13', () => {
  const at = (rank: number, robust: number): AtRank => ({
    rank,
    clean: clopperPearson(90, 100),
    robust: clopperPearson(robust, 100),
    attack: 'probe',
  });
  const measures = (largest: number, whole: number): LowRankMeasures => ({
    without: at(0, 1),
    whole: at(9, whole),
    truncated: [at(1, 5)],
    layers: [
      { name: 'layer1.weight', side: 8, values: [2, 1], effectiveRank: 2, stableRank: 1.25, size: 0.5, truncated: [] },
    ],
    trained: [at(1, 10), at(4, largest)],
    full: at(9, 60),
  });

  it("compares the largest rank with all of w'", () => {
    const found = c13.find(measures(64, 70), setting);
    expect(found).toMatchObject({
      holds: true,
      attack: 'probe',
      detail: { rank: 4, robustByRank: { 1: 0.1, 4: 0.64 } },
    });
    expect(found.value).toBeCloseTo(64 / 70, 12);
    expect(found.detail?.effectiveRankOverFull).toEqual({ 'layer1.weight': 0.25 });
    expect(c13.find(measures(63, 70), setting).holds).toBe(false);
    expect(c13.find(measures(63, 0), setting)).toMatchObject({ value: 0, holds: false });
  });
});

describe('C15', () => {
  const measures = (clean: number, random: number): SparseMeasures => ({
    atoms: 4,
    entries: 9,
    patch: '3 x 3 x 1',
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
  ])('%d against w and %d against random directions: %s', (clean, random, holds) => {
    expect(c15.find(measures(clean, random), setting)).toMatchObject({ value: clean, holds });
  });
});

describe('C16', () => {
  const measures = (clean: number, robust: number) =>
    ({
      sought: [clean, robust].map((count, at) => ({
        network: ['clean', 'robust-linf'][at],
        own: clopperPearson(200, 200),
        control: clopperPearson(count, 200),
      })),
    }) as unknown as PicturesMeasures;

  it.each([
    [20, 180, true],
    [90, 100, false], // intervals overlap
    [180, 20, false],
  ])("%d of w and %d of w' of 200: %s", (clean, robust, holds) => {
    expect(c16.find(measures(clean, robust), setting)).toMatchObject({ value: robust / 200, holds });
  });
});
