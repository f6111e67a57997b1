// Every claim holds on its side of its bar and fails on the other.

import { clopperPearson } from '@advml/metrics';
import { type Claim, parseSetting } from '@advml/runs';
import { describe, expect, it } from 'vitest';
import { detailLine, numberOf, shortNumber } from '../../runs/src/report/numbers.ts';
import { paperClaims, paperSetting } from '../src/index.ts';
import { certificationFigures } from '../src/paper/certification/figures.ts';
import { purificationTables } from '../src/paper/purification/tables.ts';
import { slicesOf } from '../src/paper/purification/test-sets.ts';
import { judge } from './judge.ts';
import { measuresOf, type Said, thousandths } from './measures.ts';
import { openStore } from './tiny.ts';

const setting = parseSetting(paperSetting, [{ tau: 0.13, data: { margin: 0.25 } }]);

/** The claims of the default setting. */
const mainClaims = paperClaims.filter(({ id }) => /^C([1-9]|17|18|19|20)$/.test(id));

function claim(id: string, said: Said = {}): Claim {
  const rule = mainClaims.find((candidate) => candidate.id === id);
  if (!rule) throw new Error(`no claim ${id}`);
  return judge(rule, measuresOf(said), setting);
}

/** The claim, what it looks at, a value that just holds, one that just does not, and the number it reports for the former. */
const bars: [string, (value: number) => Said, number, number, number][] = [
  ['C1', (cleanAccuracy) => ({ cleanAccuracy }), 991, 990, 0.991],
  ['C2', (robustOfClean) => ({ robustOfClean }), 9, 10, 0.009],
  ['C3', (robustOfRobust) => ({ robustOfRobust }), 997, 996, 0.997], // of 1,000: from 0.991, from 0.9898
  ['C4', (cleanWithInit) => ({ cleanWithInit }), 0.02899, 0.02901, 1.4495], // its interval reaches 0.001 higher
  ['C4', (robustWithInit) => ({ robustWithInit, withInitReach: 0 }), 0.02999, 0.03001, 1.4995],
  ['C4', (cleanMax) => ({ cleanMax }), 0.13, 0.1301, 1.25],
  ['C4', (robustMax) => ({ robustMax }), 0.13, 0.1301, 1.25],
  ['C5', (purified) => ({ purified }), 532, 531, 0.532], // from 0.5005, from 0.4995
  ['C5', (robustOfRobust) => ({ robustOfRobust }), 997, 996, 0.9],
  ['C5', (ratio) => ({ ratio }), 0.1, 0.0999, 0.9],
  ['C5', (removedLow) => ({ removedLow }), 0.25, 0.2499, 0.9],
  ['C6', (massOfRobust) => ({ massOfRobust, massOfClean: 0.25 }), 0.025, 0.02501, 10],
  ['C6', (topOfClean) => ({ topOfClean }), 0.4501, 0.4499, 250],
  ['C6', (topOfRobust) => ({ topOfRobust }), 0.4501, 0.4499, 250],
  ['C6', (restRisesHigh) => ({ restRisesHigh }), 0, 0.0001, 250],
  ['C7', (mixtureOfClean) => ({ mixtureOfClean }), 19, 20, 0.019],
  ['C7', (mixtureOfRobust) => ({ mixtureOfRobust }), 991, 990, 0],
  ['C7', (alongClean) => ({ alongClean }), 0.901, 0.9, 0],
  ['C7', (alongRobust) => ({ alongRobust }), 0.499, 0.5, 0],
  ['C8', (winners) => ({ winners }), 532, 531, 0.532],
  ['C9', (worst) => ({ variants: [0, worst, 3] }), 9, 10, 0.009],
  ['C9', (cleanOfVariants) => ({ cleanOfVariants, variants: [8] }), 991, 990, 0.008],
  ['C9', (seenOfVariant) => ({ seenOfVariant, variants: [2, 9] }), 12, 13, 0.009], // 0.010 more, at most 0.0191; 0.011, 0.0203
  ['C9', (seenOfClean) => ({ seenOfClean, robustOfClean: 5 }), 24, 26, 0.009],
  ['C9', (seenOfRobust) => ({ seenOfRobust, robustOfRobust: 950 }), 931, 929, 0.009],
  ['C9', (seenOfRobust) => ({ seenOfRobust, robustOfRobust: 950 }), 969, 971, 0.009],
  ['C17', (certifiedOfRobust) => ({ certifiedOfRobust }), 981, 980, 0.981],
  ['C18', (certifiedOfClean) => ({ certifiedOfClean }), 9, 10, 0.009],
  ['C19', (undecided) => ({ undecided }), 5, 6, 0.005],
  ['C20', (normOfRobust) => ({ normOfRobust }), 9.99, 10, 0.4995],
  ['C20', (massOfRobust) => ({ massOfRobust }), 0.0499, 0.05, 0.2],
];

describe('a claim', () => {
  it('is one of those measured if nobody chooses, each of which holds where all is well', () => {
    expect(mainClaims.map(({ id }) => id)).toEqual([
      ...['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9'],
      ...['C17', 'C18', 'C19', 'C20'],
    ]);
    for (const { id } of mainClaims) expect(claim(id).holds, id).toBe(true);
  });

  it.each(bars)('%s: just holds, just fails (%#)', (id, said, holds, fails, value) => {
    expect(claim(id, said(holds)).holds).toBe(true);
    expect(claim(id, said(fails)).holds).toBe(false);
    expect(claim(id, said(holds)).value).toBeCloseTo(value, 10);
  });

  it.each(mainClaims)('$id says what it measured, at which gamma and tau', ({ id, statement, quantity, bar }) => {
    const found = claim(id);
    expect(found).toMatchObject({ id, statement, bar, detail: { gamma: 0.25, tau: 0.13 } });
    expect(found.quantity).toContain(quantity);
    if (found.attack || found.certifier) expect(found.quantity).toBe(`${quantity} at tau = 0.13 (l2), gamma = 0.25`);
    if (found.interval) {
      expect(found.interval[0]).toBeLessThanOrEqual(found.value);
      expect(found.interval[1]).toBeGreaterThanOrEqual(found.value);
    }
  });

  it('about an attack names it', () => {
    expect(mainClaims.map(({ id }) => claim(id).attack)).toEqual([
      undefined,
      'a battery',
      'a battery',
      undefined,
      undefined,
      undefined,
      'dense mixture',
      undefined,
      'a battery',
      undefined,
      undefined,
      'a battery',
      undefined,
    ]);
    expect(['C17', 'C18', 'C19'].map((id) => claim(id).certifier)).toEqual(['a bound', 'a bound', 'a bound']);
  });

  it('about a share has the exact binomial interval', () => {
    const { low, high } = thousandths(9);
    expect(claim('C2', { robustOfClean: 9 }).interval).toEqual([low, high]);
  });
});

describe('reports', () => {
  it('say how many examples were attacked, whatever was asked for', () => {
    const { clean, robust, ...rest } = measuresOf();
    const seenBy = (of: typeof clean, trials: number) => ({ ...of, robustOnTraining: clopperPearson(trials, trials) });
    const measures = { ...rest, clean: seenBy(clean, 800), robust: seenBy(robust, 500) };
    const [{ note }] = purificationTables(measures, setting);
    expect(note).toContain('1000 attacked examples (1000 or 800 or 500 with gamma = 0 and from training)');
    const sizes = (curveExamples: number) =>
      slicesOf({ ...setting, evaluation: { ...setting.evaluation, curveExamples } }, 'robust')
        .slice(-2)
        .map(({ name, indices }) => [name, indices.length]);
    expect(sizes(250)).toEqual([
      ['seen', 250],
      ['any-margin', 250],
    ]);
    expect(sizes(2000)).toEqual([
      ['seen', 512],
      ['any-margin', 2000],
    ]);
  });

  it('say what is proved of w', () => {
    const { certified, ...rest } = measuresOf({ certifiedOfClean: 123 });
    const point = { eps: 0, accuracy: 1, low: 0.9, high: 1 };
    const curve = [0, 0.1].map((eps) => ({ eps, certified: thousandths(990) }));
    const measures = {
      ...rest,
      certified: { ...certified, robust: { ...certified.robust, curve } },
      attacked: [point, { ...point, eps: 0.1 }],
    };
    const [{ draw }] = certificationFigures([{ seed: 0, store: openStore(), measures }], setting);
    expect(
      draw({})
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' '),
    ).toContain('12.3% is proved at tau');
  });
});

describe('numbers', () => {
  it.each([
    [0.99438, '0.994'],
    [0.000123456, '0.000123'],
    [314.159, '314.2'],
    [1, '1'],
    [0, '0'],
    [16384, '16384'],
    [16384.4, '16380'],
    [0.9996, '0.9996'],
    [0.99999999, '1'],
    [-2.5, '-2.5'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%f is shown as %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });

  it('come with their interval, if they have one', () => {
    expect(numberOf({ ...(claim('C2') as Claim), value: 0.994, interval: [0.98701, 0.9981] })).toBe(
      '0.994 [0.987, 0.998]',
    );
    expect(numberOf({ ...(claim('C4') as Claim), value: 2, interval: null })).toBe('2');
    const near = { ...(claim('C4') as Claim), value: 0.9899, interval: [0.98001, 0.99004] as const, bar: '> 0.99' };
    expect(numberOf(near)).toBe('0.9899 [0.98, 0.99004]');
    expect(numberOf({ ...near, value: 0.24996, interval: null, bar: '< 1/4' })).toBe('0.24996');
    expect(numberOf({ ...near, value: 0.9900004, interval: null, bar: '> 0.99' })).toBe('0.9900004');
    expect(numberOf({ ...near, value: 1.23456e-200, interval: null, bar: '> 0' })).toBe('1.23e-200');
  });

  it('in details are told as deep as anybody reads', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}1${']'.repeat(5000)}`);
    expect(detailLine({ tau: 0.1, deep })).toMatch(/^tau 0\.1, deep(\.0)+ …$/);
  });
});
