import { type CertifiedCurves, certifiedCurves } from '@advml/plots';
import { expect, test } from 'vitest';
import { cornersOf, figureOf } from './figure.ts';

const share = (value: number) => ({ value, low: Math.max(0, value - 0.03), high: Math.min(1, value + 0.03) });
const points = [
  { eps: 0.2, accuracy: share(0.8), certified: share(0.5), exact: null },
  { eps: 0, accuracy: share(1), certified: share(1), exact: share(1) },
  { eps: 0.1, accuracy: share(0.9), certified: share(0.8), exact: null },
];
const figure: CertifiedCurves = { series: [{ label: "w'", points }], norm: 'l2', tau: 0.1 };

test('draws both ends with their intervals, the band between them, and what is exact', () => {
  const { words, groups, description } = figureOf(() => certifiedCurves(figure));
  expect(groups('line')).toHaveLength(2);
  expect(groups('area')).toHaveLength(1);
  const dots = groups('dot').map(({ childNodes }) => childNodes.length);
  expect(dots).toEqual([1, 1, 1, 3, 3, 1]); // legend, then certified, attacked, exact
  expect(words).toEqual(expect.arrayContaining(['undecided', 'τ = 0.1', 'robust accuracy (%)']));
  expect(words.join(' ')).toContain('certified: nothing can break these');
  expect(description).toContain("for w'; robust accuracy lies in the band");
  const [certified, attacked] = groups('line').map((group) =>
    cornersOf(group.querySelector('path')?.getAttribute('d') ?? ''),
  );
  const [whole] = [certified[0][1]]; // 100%
  expect(attacked[0]).toEqual(certified[0]);
  expect((certified[2][1] - whole) / (attacked[2][1] - whole)).toBeCloseTo(0.5 / 0.2, 1);
  const band = cornersOf(groups('area')[0].querySelector('path')?.getAttribute('d') ?? '');
  for (const corner of [...certified, ...attacked]) expect(band).toContainEqual(corner);
});

test('leaves a gap in the band where nothing is known of a radius', () => {
  const gap = [0, 0.1, 0.2, 0.3, 0.4].map((eps, at) => ({
    eps,
    accuracy: share(1 - 2 * eps),
    ...(at !== 2 && { certified: share(0.9 - 2 * eps), exact: null }),
  }));
  const { groups } = figureOf(() => certifiedCurves({ ...figure, series: [{ label: 'w', points: gap }] }));
  const path = groups('area')[0].querySelector('path')?.getAttribute('d') ?? '';
  expect(path.match(/M/g)).toHaveLength(2);
});

test('gives every network a panel of its own, below each other on a phone', () => {
  const two = { ...figure, series: [...figure.series, { label: 'w', points: points.slice(0, 1) }] };
  const wide = figureOf(() => certifiedCurves(two));
  const narrow = figureOf(() => certifiedCurves(two, { width: 360 }));
  expect(wide.words).toEqual(expect.arrayContaining(["w'", 'w']));
  expect(narrow.size.height).toBeGreaterThan(wide.size.height + 200);
});

const withPoint = (point: object) => ({ ...figure, series: [{ label: 'w', points: [{ ...points[0], ...point }] }] });

test.each<[CertifiedCurves, string]>([
  [{ ...figure, series: [] }, 'series must not be empty'],
  [
    withPoint({ certified: 0.81 }),
    'certified <= exact <= attacked must hold, got certified 0.81, exact unknown, attacked 0.8',
  ],
  [withPoint({ exact: 0.4 }), 'certified <= exact <= attacked must hold'],
  [withPoint({ certified: 99 }), 'accuracy must be between 0 and 1, got 99'],
  [withPoint({ certified: undefined }), 'must hold certified shares; without any there is robustnessCurves'],
  [{ ...figure, layout: 'faceted' } as never, "has no option 'layout'"],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => certifiedCurves(bad)).toThrow(RangeError);
  expect(() => certifiedCurves(bad)).toThrow(message);
});
