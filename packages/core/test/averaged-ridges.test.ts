import { useWasm } from '@advml/wasm';
import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { RidgeSum } from '../src/index.ts';
import { averagedRidges, normalQuantile } from '../src/internal.ts';

beforeAll(() => useWasm());

type Pieces = Pick<RidgeSum, 'knots' | 'slopes'>;

const slopeAt = ({ knots, slopes }: Pieces, u: number) => slopes[knots.filter((knot) => Math.abs(u) > knot).length];

const values = fc.double({ min: 0.01, max: 2, noNaN: true });

test('the slope of averaged ridges is the mean of the slopes at eight points around', () => {
  const weight = tensor2d([[1]]);
  fc.assert(
    fc.property(fc.array(values, { maxLength: 4 }), values, values, fc.nat(), (sizes, deviation, at, seed) => {
      const knots = sizes.toSorted((a, b) => a - b);
      const slopes = [...knots, 0].map((_, i) => Math.sin(seed + i));
      const averaged = averagedRidges({ weight, knots, slopes }, deviation);
      expect(averaged.knots).toHaveLength(8 * knots.length);
      expect(averaged.slopes).toHaveLength(8 * knots.length + 1);
      expect(averaged.knots.toSorted((a, b) => a - b)).toEqual(averaged.knots);
      for (const u of [0, at, -at, 3 * at]) {
        const around = Array.from({ length: 8 }, (_, k) => u + deviation * normalQuantile((k + 0.5) / 8));
        fc.pre(around.every((point) => knots.every((knot) => Math.abs(Math.abs(point) - knot) > 1e-9)));
        const mean = around.reduce((sum, point) => sum + slopeAt({ knots, slopes }, point), 0) / 8;
        expect(slopeAt(averaged, u)).toBeCloseTo(mean, 10);
      }
    }),
  );
  weight.dispose();
});

test('without noise nothing changes', () => {
  const weight = tensor2d([[1]]);
  const averaged = averagedRidges({ weight, knots: [0.5], slopes: [0, 1] }, 0);
  for (const u of [0, 0.4, 0.6, 7]) expect(slopeAt(averaged, u)).toBe(u > 0.5 ? 1 : 0);
  weight.dispose();
});
