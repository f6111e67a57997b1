import { ball, exampleKeys, key, type Norm } from '@advml/core';
import { neg, reshape, sub, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNoLeak } from './expect-no-leak.ts';
import { linearWorstCase } from './linear-worst-case.ts';
import { numbersOf } from './matchers.ts';

/** Each property is tried on the same random cases every time. */
const RUNS = { seed: 7, numRuns: 300 };
const WIDTH = 5;
const entry = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constant(0)).map(Math.fround);
const vector = fc.array(entry, { minLength: WIDTH, maxLength: WIDTH });
const radius = fc.double({ min: 0.01, max: 4, noNaN: true });
/** How far an entry may go: not at all, some way, so far that it does not matter, or without end. */
const room = fc.oneof(
  { weight: 4, arbitrary: entry.map(Math.abs) },
  { weight: 1, arbitrary: fc.constantFrom(1e9, Infinity) },
);
const rooms = fc.array(room, { minLength: WIDTH, maxLength: WIDTH });
/** A box around zero, as it is seen from an input: low <= 0 <= high, zeros included. */
const bounds = fc.tuple(
  rooms.map((values) => values.map((value) => -value)),
  rooms,
);

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, at) => total + value * b[at], 0);
const one = (values: readonly number[]) => tensor2d([[...values]]);

/** The numbers of what `f` gives; everything else is disposed. */
const run = (f: () => Tensor) => numbersOf(tidy(f).dataSync<'float32'>());

/**
 * What every norm must do: duality, exact projections, uniform random starts, no leak, examples that stand alone.
 *
 * @param norm - The norm under test.
 * @param exactSize - Its size of one example, written out independently in double precision.
 * @example
 * ```ts
 * describeNorm(l2, (delta) => Math.hypot(...delta));
 * ```
 */
export function describeNorm(norm: Norm, exactSize: (delta: readonly number[]) => number): void {
  describe(`norm ${norm.name}`, () => {
    const size = (delta: readonly number[]) => run(() => norm.size(one(delta)))[0];
    const project = (delta: readonly number[], eps: number, box?: readonly [number[], number[]]) =>
      run(() => norm.project(one(delta), eps, box && { low: one(box[0]), high: one(box[1]) }));

    describeSize(norm, exactSize, size);
    describeSteepest(norm, exactSize);
    describeReach(norm, exactSize);
    describeProjection(exactSize, project);
    describeSample(norm, exactSize);

    it('treats examples of any shape alone', () => {
      const rows = [0, 1, 2].map((at) => Array.from(key('norm', at).normal(WIDTH)));
      const batch = () => tensor2d(rows);
      expect(run(() => norm.size(batch()))).toHaveSameBits(rows.flatMap((row) => size(row)));
      expect(run(() => norm.project(batch(), 0.7))).toHaveSameBits(rows.flatMap((row) => project(row, 0.7)));
      expect(run(() => norm.reach(batch(), tensor1d([1, 1, 1])))).toHaveSameBits(
        rows.flatMap((row) => run(() => norm.reach(one(row), tensor1d([1])))),
      );
      const radii = [0.7, 0, 2];
      expect(run(() => norm.project(batch(), radii))).toHaveSameBits(
        rows.flatMap((row, at) => project(row, radii[at])),
      );
      expect(run(() => norm.steepest(batch()))).toHaveSameBits(
        rows.flatMap((row) => run(() => norm.steepest(one(row)))),
      );
      const images = run(() => norm.size(reshape(batch(), [3, WIDTH, 1, 1])));
      expect(images).toHaveSameBits(rows.flatMap((row) => size(row)));
    });

    it('keeps no tensor', async () => {
      const keys = exampleKeys(key('norm', 0), 2);
      await expectNoLeak(() => {
        const sample = norm.sample(keys, [WIDTH], 0.5);
        const rise = tensor1d([0.5, -1]);
        const box = {
          low: tensor2d([Array(WIDTH).fill(-0.1), Array(WIDTH).fill(-1)]),
          high: tensor2d([Array(WIDTH).fill(0), Array(WIDTH).fill(1)]),
        };
        const made = [
          norm.size(sample),
          norm.steepest(sample),
          norm.reach(sample, rise),
          norm.reach(sample, rise, box),
          norm.project(sample, 0.1),
          norm.project(sample, 0.1, box),
        ];
        for (const tensor of [sample, rise, box.low, box.high, ...made]) tensor.dispose();
      });
    });
  });
}

function describeSize(
  norm: Norm,
  exactSize: (delta: readonly number[]) => number,
  size: (delta: readonly number[]) => number,
): void {
  it('has the size of its definition', () => {
    fc.assert(
      fc.property(vector, (delta) => {
        expect(size(delta)).toBeAllClose(exactSize(delta), { relative: 1e-6, absolute: 1e-38 });
      }),
      RUNS,
    );
  });

  it('neither overflows nor underflows', () => {
    for (const scale of [2 ** 120, 2 ** -120]) {
      const delta = [3, -4, 0, 1, 2].map((value) => value * scale);
      expect(size(delta) / scale).toBeAllClose(exactSize([3, -4, 0, 1, 2]), { relative: 1e-6 });
    }
    expect(size([0, 0, 0, 0, 0])).toBe(0);
  });

  it('is the dual of its dual', () => {
    expect(norm.dual.dual).toBe(norm);
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        const dual = run(() => norm.dual.size(one(b)))[0];
        expect(dot(a, b)).toBeLessThanOrEqual(exactSize(a) * dual * (1 + 1e-5) + 1e-30);
      }),
      RUNS,
    );
  });
}

function describeSteepest(norm: Norm, exactSize: (delta: readonly number[]) => number): void {
  it('climbs by the dual norm with a step of size 1', () => {
    fc.assert(
      fc.property(vector, fc.constantFrom(1, 2 ** 100, 2 ** -100), (direction, scale) => {
        const gradient = direction.map((value) => Math.fround(value * scale));
        const step = run(() => norm.steepest(one(gradient)));
        const dual = run(() => norm.dual.size(one(gradient)))[0];
        expect(exactSize(step)).toBeAllClose(dual === 0 ? 0 : 1, { absolute: 1e-5 });
        expect(dot(gradient, step)).toBeAllClose(dual, { relative: 1e-5, absolute: 1e-43 });
      }),
      RUNS,
    );
  });
}

function describeReach(norm: Norm, exactSize: (delta: readonly number[]) => number): void {
  const rise = fc.double({ min: -3, max: 3, noNaN: true }).map(Math.fround);
  const inputs = fc.array(fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround), {
    minLength: WIDTH,
    maxLength: WIDTH,
  });
  const reach = (slopes: readonly number[], amount: number, x?: readonly number[], high = 1) =>
    run(() => {
      const bounds = x && { low: neg(one(x)), high: sub(high, one(x)) };
      return norm.reach(one(slopes), tensor1d([amount]), bounds);
    });

  it('reaches a flat boundary by the amount over the dual norm', () => {
    fc.assert(
      fc.property(vector, rise, fc.constantFrom(1, 2 ** 60, 2 ** -60), (direction, amount, scale) => {
        const slopes = direction.map((value) => Math.fround(value * scale));
        const step = reach(slopes, amount * scale);
        const dual = run(() => norm.dual.size(one(direction)))[0];
        if (dual === 0) expect(step.map(Math.abs)).toEqual(step.map(() => 0));
        fc.pre(dual > 1e-6);
        expect(dot(direction, step)).toBeAllClose(amount, { relative: 1e-5, absolute: 1e-12 });
        expect(exactSize(step)).toBeAllClose(Math.abs(amount) / dual, { relative: 1e-5, absolute: 1e-12 });
      }),
      RUNS,
    );
  });

  it('takes the smallest step inside a box, or goes as far as the box lets it', () => {
    fc.assert(
      fc.property(vector, rise, inputs, fc.constantFrom(1, Infinity), (slopes, amount, x, high) => {
        const steepest = Math.max(...slopes.map(Math.abs));
        fc.pre(high === 1 || steepest === 0 || steepest > 1e-3); // so that the way is short
        const step = reach(slopes, amount, x, high);
        const moved = step.map((value, at) => value + x[at]);
        expect(Math.min(...moved)).toBeGreaterThanOrEqual(-1e-7);
        expect(Math.max(...moved)).toBeLessThanOrEqual(high + 1e-7);
        const push = slopes.map((value) => Math.sign(amount) * value);
        const gain = (eps: number) => dot(push, linearWorstCase(push, x, ball(norm, eps, { low: 0, high })));
        const wanted = Math.min(Math.abs(amount), gain(1e4));
        expect(dot(push, step)).toBeAllClose(wanted, { absolute: 1e-5 });
        // No step of that size rises higher, and no smaller one as high.
        expect(gain(exactSize(step))).toBeAllClose(wanted, { absolute: 1e-5 });
      }),
      RUNS,
    );
  });
}

function describeProjection(
  exactSize: (delta: readonly number[]) => number,
  project: (delta: readonly number[], eps: number, box?: readonly [number[], number[]]) => number[],
): void {
  const boxes = fc.option(bounds, { nil: undefined });

  it('projects into ball and box, and leaves alone what is inside', () => {
    fc.assert(
      fc.property(vector, radius, boxes, (delta, eps, box) => {
        const nearest = project(delta, eps, box);
        expect(exactSize(nearest)).toBeLessThanOrEqual(eps * (1 + 1e-6));
        if (box)
          for (const [at, value] of nearest.entries()) expect(value >= box[0][at] && value <= box[1][at]).toBe(true);
        expect(project(nearest, eps * (1 + 1e-6), box)).toBeAllClose(nearest, { absolute: 1e-6 * eps });
        const inside = !box || delta.every((value, at) => value >= box[0][at] && value <= box[1][at]);
        if (inside && exactSize(delta) <= eps) expect(nearest).toBeAllClose(delta, { relative: 1e-6 });
      }),
      RUNS,
    );
  });

  it('gives the nearest point: no feasible point lies on the other side', () => {
    fc.assert(
      fc.property(vector, vector, radius, boxes, (delta, other, eps, box) => {
        const nearest = project(delta, eps, box);
        const away = delta.map((value, at) => value - nearest[at]);
        const closer = nearest.map((value, at) => value + away[at] / 10); // as far as ball and box allow
        for (const feasible of [other, closer].map((point) => project(point, eps, box))) {
          const across = feasible.map((value, at) => value - nearest[at]);
          const scale = Math.hypot(...away) * Math.hypot(...across) + eps;
          expect(dot(away, across)).toBeLessThanOrEqual(1e-5 * scale);
        }
      }),
      RUNS,
    );
  });

  it('leaves alone what an infinite ball holds, but for the box', () => {
    fc.assert(
      fc.property(vector, boxes, (delta, box) => {
        const nearest = box ? delta.map((value, at) => Math.min(Math.max(value, box[0][at]), box[1][at])) : delta;
        expect(project(delta, Infinity, box)).toBeAllClose(nearest, { relative: 1e-6 });
      }),
      RUNS,
    );
  });

  it('ends on what is not a number, and on the largest', () => {
    for (const box of [undefined, [Array(WIDTH).fill(-1), Array(WIDTH).fill(Infinity)] as [number[], number[]]]) {
      project([Number.NaN, 1, -2, 0, 3], 0.5, box);
      project([Infinity, 1, -2, 0, 3], 0.5, box);
      const nearest = project([1e18, -1e18, 1, 0, 3e17], 1, box);
      expect(exactSize(nearest)).toBeAllClose(1, { relative: 1e-6 });
    }
  });

  it('gives zero for a radius of zero', () => {
    expect(project([1, -2, 3, 0, 1], 0).map(Math.abs)).toBeAllClose([0, 0, 0, 0, 0]);
  });
}

function describeSample(norm: Norm, exactSize: (delta: readonly number[]) => number): void {
  const draw = (count: number, width: number, eps: number): number[][] => {
    const flat = run(() => norm.sample(exampleKeys(key('sample', 0), count), [width], eps));
    return Array.from({ length: count }, (_, at) => flat.slice(at * width, (at + 1) * width));
  };

  it('starts uniformly inside the ball', () => {
    const [count, width, eps] = [4000, 3, 2];
    const points = draw(count, width, eps);
    const sizes = points.map(exactSize);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(eps * (1 + 1e-6));
    // (size / eps)^width of a uniform point is uniform on [0, 1]: mean 1/2, and five standard errors around it.
    const shares = sizes.map((value) => (value / eps) ** width);
    expect(shares.reduce((a, b) => a + b) / count).toBeAllClose(0.5, { absolute: 5 / Math.sqrt(12 * count) });
    for (let axis = 0; axis < width; axis++) {
      const mean = points.reduce((total, point) => total + point[axis], 0) / count;
      expect(mean).toBeAllClose(0, { absolute: (5 * eps) / Math.sqrt(count) });
      const squares = points.map((point) => point[axis] ** 2);
      const first = points.map((point) => point[0] ** 2);
      const meanOf = (values: number[]) => values.reduce((a, b) => a + b) / count;
      expect(meanOf(squares) / meanOf(first)).toBeAllClose(1, { absolute: 0.1 });
    }
  });

  it('starts each example from its own key, in any shape', () => {
    const keys = exampleKeys(key('sample', 1), 3);
    const batch = run(() => norm.sample(keys, [2, 2], 1));
    const alone = keys.flatMap((own) => run(() => norm.sample([own], [2, 2], 1)));
    expect(batch).toHaveSameBits(alone);
    expect(new Set(batch).size).toBe(batch.length);
    const radii = [1, 0.25, 3];
    const own = keys.flatMap((each, at) => run(() => norm.sample([each], [2, 2], radii[at])));
    expect(run(() => norm.sample(keys, [2, 2], radii))).toHaveSameBits(own);
    const sample = norm.sample(keys, [2, 2], 1);
    expect(sample.shape).toEqual([3, 2, 2]);
    sample.dispose();
  });
}
