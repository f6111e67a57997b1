import { ball, exampleKeys, InputError, key, l0, projectDelta, randomDelta, withMask } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { sub, type Tensor, tensor1d, tensor2d, tensor4d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(() => useWasm());

const WIDTH = 5;
const RUNS = { seed: 7, numRuns: 200 };
/** Tenths from one number to another: doubles of fast-check are mostly next to zero. */
const tenths = (min: number, max: number) =>
  fc.integer({ min: 10 * min, max: 10 * max }).map((value) => Math.fround(value / 10));
const vector = fc.array(tenths(-3, 3), { minLength: WIDTH, maxLength: WIDTH });
const room = fc.oneof({ weight: 4, arbitrary: tenths(0, 2) }, { weight: 1, arbitrary: fc.constant(Infinity) });
const rooms = fc.array(room, { minLength: WIDTH, maxLength: WIDTH });
const count = tenths(0, WIDTH + 1);

/** The numbers of what `f` gives, with one kind of zero; everything else is disposed. */
const run = (f: () => Tensor) => Array.from(numbersOf(tidy(f)), (value) => value + 0);
const one = (values: readonly number[]) => tensor2d([[...values]]);
const negated = (values: readonly number[]) => values.map((value) => 0 - value);
const entries = (values: readonly number[]) => values.filter((value) => value !== 0).length;

/** All sets of entries, as lists of booleans. */
const SUPPORTS = Array.from({ length: 2 ** WIDTH }, (_, set) =>
  Array.from({ length: WIDTH }, (_, at) => Math.floor(set / 2 ** at) % 2 === 1),
);

it('counts entries, however small or large', () => {
  const batch = () =>
    tensor2d([
      [0, 1e-38, -1e38, 0],
      [0, 0, -0, 0],
    ]);
  expect(run(() => l0.size(batch()))).toEqual([2, 0]);
  expect(run(() => l0.size(tensor4d([1, 0, 2, 3], [1, 2, 2, 1])))).toEqual([3]);
});

it('projects onto ball and box as the best of all supports does', () => {
  fc.assert(
    fc.property(vector, rooms, rooms, count, (delta, below, above, eps) => {
      const got = run(() => l0.project(one(delta), eps, { low: one(negated(below)), high: one(above) }));
      const clipped = delta.map((value, at) => Math.min(Math.max(value, -below[at]), above[at]));
      const away = (point: readonly number[]) => point.reduce((sum, value, at) => sum + (value - delta[at]) ** 2, 0);
      const allowed = SUPPORTS.filter((support) => support.filter(Boolean).length <= eps);
      const nearest = Math.min(...allowed.map((support) => away(clipped.map((v, at) => (support[at] ? v : 0)))));
      expect(entries(got)).toBeLessThanOrEqual(eps);
      for (const [at, value] of got.entries()) expect(value === 0 || value === clipped[at]).toBe(true);
      expect(away(got)).toBeAllClose(nearest, { relative: 1e-6, absolute: 1e-9 });
    }),
    RUNS,
  );
});

it('without a box keeps the largest entries as they are, of equal ones the first', () => {
  expect(run(() => l0.project(one([1, -3, 2, -2, 0]), 2))).toEqual([0, -3, 2, 0, 0]);
  expect(run(() => l0.project(one([1, 1, 1, 1, 1]), 2.9))).toEqual([1, 1, 0, 0, 0]);
  expect(run(() => l0.project(one([1, 2, 3, 4, 5]), Infinity))).toEqual([1, 2, 3, 4, 5]);
  const radii = run(() =>
    l0.project(
      tensor2d([
        [1, 2],
        [1, 2],
      ]),
      [1, 0],
    ),
  ); // prettier-ignore
  expect(radii).toEqual([0, 2, 0, 0]);
  expect(run(() => l0.project(one([Number.NaN, 1, -Infinity, 0, 3]), 1)).length).toBe(WIDTH);
});

it('reaches a flat boundary with the fewest entries, or goes as far as the box lets it', () => {
  fc.assert(
    fc.property(vector, rooms, rooms, tenths(-5, 5), (slopes, below, above, rise) => {
      const bounds = () => ({ low: one(negated(below)), high: one(above) });
      const step = run(() => l0.reach(one(slopes), tensor1d([rise]), bounds()));
      const push = slopes.map((slope) => Math.sign(rise) * slope);
      const most = push.map((slope, at) => (slope === 0 ? 0 : Math.abs(slope) * (slope > 0 ? above : below)[at]));
      const gains = SUPPORTS.map((support) => ({
        size: support.filter(Boolean).length,
        gain: most.reduce((sum, gain, at) => sum + (support[at] ? gain : 0), 0),
      }));
      const risen = step.reduce((sum, value, at) => sum + value * push[at], 0);
      const wanted = Math.min(Math.abs(Math.fround(rise)), gains.at(-1)?.gain as number);
      expect(risen).toBeAllClose(wanted, { relative: 1e-5, absolute: 1e-5 });
      for (const [at, value] of step.entries()) expect(value >= -below[at] && value <= above[at]).toBe(true);
      // Every smaller support falls short of it.
      const smaller = gains.filter(({ size }) => size < entries(step)).map(({ gain }) => gain);
      expect(Math.max(0, ...smaller)).toBeLessThan(wanted + 1e-6);
    }),
    RUNS,
  );
});

describe('random points', () => {
  const keys = exampleKeys(key('l0', 0), 3000);

  it('move as many entries as allowed, each as often, and as far as told', () => {
    const points = run(() => l0.sample(keys, [WIDTH], 2.5, 4));
    expect(points.every((value) => Math.abs(value) <= 4)).toBe(true);
    expect(Math.max(...points)).toBeGreaterThan(3.9);
    for (let row = 0; row < keys.length; row++)
      expect(entries(points.slice(row * WIDTH, (row + 1) * WIDTH))).toBeLessThanOrEqual(2);
    const error = 5 * Math.sqrt((0.4 * 0.6) / keys.length);
    for (let at = 0; at < WIDTH; at++) {
      const moved = points.filter((value, place) => place % WIDTH === at && value !== 0).length / keys.length;
      expect(moved).toBeAllClose(0.4, { absolute: error });
    }
  });

  it('keep to box and mask, and go to the box from wherever the input is', () => {
    const threat = withMask(ball(l0, 2, { low: 0, high: 255 }), [true, false, true, true, true]);
    const x = tensor2d(Array.from({ length: 300 }, () => [0, 10, 128, 200, 255]));
    const worst = run(() => randomDelta(threat, x, keys.slice(0, 300)));
    expect(worst.every((value, at) => at % WIDTH !== 1 || value === 0)).toBe(true);
    expect(Math.max(...worst)).toBeGreaterThan(200);
    const again = run(() => projectDelta(threat, x, tensor2d(worst, [300, WIDTH])));
    expect(again).toEqual(worst);
    x.dispose();
  });
});

it('steps along the steepest entry, and has no dual', () => {
  expect(run(() => l0.steepest(one([1, -3, 3, 0, 2])))).toEqual([0, -1, 0, 0, 0]);
  expect(run(() => l0.steepest(one([0, 0, 0, 0, 0])))).toEqual([0, 0, 0, 0, 0]);
  expect(() => l0.dual).toThrow(InputError);
  expect(() => l0.dual).toThrow('l0 has no dual norm: what needs one works in l1, l2 and linf');
});

it('keeps no tensor, and treats examples alone', async () => {
  const rows = [0, 1, 2].map((at) => Array.from(key('l0', 'row', at).normal(WIDTH)));
  const whole = run(() => l0.project(tensor2d(rows), 2));
  expect(whole).toEqual(rows.flatMap((row) => run(() => l0.project(one(row), 2))));
  await expectNoLeak(() => {
    const [batch, rise] = [tensor2d(rows), tensor1d([1, 2, 3])];
    const made = [l0.size(batch), l0.project(batch, 1), l0.steepest(batch), l0.reach(batch, rise)];
    const bounds = { low: sub(-1, batch), high: sub(5, batch) };
    made.push(l0.project(batch, 1, bounds), l0.sample(exampleKeys(key('l0', 1), 2), [3], 1));
    for (const tensor of [batch, rise, bounds.low, bounds.high, ...made]) tensor.dispose();
  });
});
