import { type ExtraKernels, runExtraKernel } from '@advml/core/internal';
import { useWasm } from '@advml/wasm';
import { type Tensor, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, seeds, uniform } from '../random.ts';

beforeAll(() => useWasm());

const round = Math.fround;
const clip = (value: number, low: number, high: number) => round(Math.min(Math.max(value, low), high));

/** Values of what a kernel gives, which goes. */
const read = (make: () => Tensor) => {
  const made = tidy(make);
  const values = made.dataSync();
  made.dispose();
  return values;
};

/** A batch of examples as long as no, one and several times four numbers; entries at a bound are common. */
const batches = fc.record({
  seed: seeds,
  rows: fc.integer({ min: 1, max: 4 }),
  width: fc.integer({ min: 1, max: 11 }),
});
const boxes = fc.constantFrom(
  { low: 0, high: 1 },
  { low: -0.3, high: 0.7 },
  { low: 0, high: Infinity },
  { low: -Infinity, high: Infinity },
);

/** Inputs in the box, and how far they may be moved. */
function inputsOf(seed: number, shape: readonly number[], { low, high }: { low: number; high: number }) {
  const [least, most] = [Math.max(low, -1), Math.min(high, 2)];
  const x = numbers(seed, shape, { low: least, high: most, grain: (most - least) / 4 }).values;
  const delta = numbers(seed + 1, shape, { low: -2, high: 2 }).values;
  return { x: Float32Array.from(x, (value) => clip(value, low, high)), delta: Float32Array.from(delta) };
}

describe('FreeGradient', () => {
  const run = (inputs: ExtraKernels['FreeGradient']['inputs'], sides: { low: number; high: number }) => {
    const [free, leads] = runExtraKernel('FreeGradient', inputs, sides);
    const found = [free.dataSync(), leads.dataSync()];
    free.dispose();
    leads.dispose();
    return found;
  };

  it('keeps what can follow, to the bit', () => {
    fc.assert(
      fc.property(batches, boxes, ({ seed, rows, width }, box) => {
        const shape = [rows, width];
        const { x, delta } = inputsOf(seed, shape, box);
        const at = x.map((value, place) => clip(round(value + delta[place]), box.low, box.high));
        const gradient = numbers(seed + 2, shape, { grain: 0.5 }).values;
        const reach = (value: number, bound: number) =>
          clip(round(value + round(round(bound) - value)), box.low, box.high);
        const expected = gradient.map((slope, place) => {
          const goes = slope > 0 ? reach(x[place], box.high) > at[place] : reach(x[place], box.low) < at[place];
          return goes ? slope : 0;
        });
        const [found, leads] = tidy(() =>
          run({ gradient: tensor(gradient, shape), at: tensor(at, shape), x: tensor(x, shape) }, box),
        );
        expect(Array.from(found, (value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
        const isSome = Array.from({ length: rows }, (_, row) =>
          gradient.subarray(row * width, (row + 1) * width).some((slope) => slope !== 0),
        );
        expect(Array.from(leads)).toEqual(isSome.map(Number));
      }),
      { numRuns: 60 },
    );
  });

  it.each([NaN, Infinity, -Infinity])('says of %f anywhere that it leads nowhere', (bad) => {
    for (let place = 0; place < 6; place++) {
      const gradient = tensor2d([[0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 2].with(place, bad)]);
      const x = tensor2d(new Float32Array(12), [2, 6]);
      const [, leads] = run({ gradient, at: x, x }, { low: -1, high: 1 });
      expect(Array.from(leads)).toEqual([1, 0]);
      gradient.dispose();
      x.dispose();
    }
  });
});

describe('ProjectDelta', () => {
  const project = (
    norm: 'l2' | 'linf',
    shape: number[],
    x: Float32Array,
    delta: Float32Array,
    radii: number[],
    box: { low: number; high: number },
  ) =>
    read(() =>
      runExtraKernel('ProjectDelta', { delta: tensor(delta, shape), x: tensor(x, shape) }, { norm, radii, ...box }),
    );

  it('clips to the ball and then to the box, to the bit', () => {
    fc.assert(
      fc.property(batches, boxes, ({ seed, rows, width }, box) => {
        const { x, delta } = inputsOf(seed, [rows, width], box);
        const radii = Array.from({ length: rows }, (_, row) => [0, 0.3, Infinity, 1][row]);
        const expected = delta.map((value, place) => {
          const radius = round(radii[Math.floor(place / width)]);
          return clip(
            clip(value, -radius, radius),
            round(round(box.low) - x[place]),
            round(round(box.high) - x[place]),
          );
        });
        const found = project('linf', [rows, width], x, delta, radii, box);
        expect(Array.from(found, (value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the nearest point of the l2 ball in the box', () => {
    fc.assert(
      fc.property(batches, boxes, ({ seed, rows, width }, box) => {
        const { x, delta } = inputsOf(seed, [rows, width], box);
        const radii = Array.from({ length: rows }, (_, row) => [0.4, 0, Infinity, 5][row]);
        const found = project('l2', [rows, width], x, delta, radii, box);
        for (const [row, radius] of radii.entries()) {
          const own = Array.from({ length: width }, (_, at) => row * width + at);
          const cut = (shrink: number) =>
            own.map((at) =>
              Math.min(Math.max(shrink * delta[at], round(round(box.low) - x[at])), round(round(box.high) - x[at])),
            );
          // The nearest point is the cut of a shrunk one; by bisection.
          let [none, all] = [0, 1];
          const sizeOf = (values: number[]) => Math.hypot(...values);
          if (sizeOf(cut(1)) <= radius) none = 1;
          else
            for (let round = 0; round < 60; round++) {
              const middle = (none + all) / 2;
              if (sizeOf(cut(middle)) > radius) all = middle;
              else none = middle;
            }
          for (const [place, value] of cut(none).entries()) expect(found[own[place]]).toBeCloseTo(value, 5);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('PickRows', () => {
  it('copies examples of both batches, to the bit and of both types', () => {
    fc.assert(
      fc.property(batches, fc.constantFrom('float32' as const, 'int32' as const), ({ seed, rows, width }, dtype) => {
        const next = uniform(seed);
        const batch = Array.from({ length: rows * width }, (_, at) => at);
        const others = batch.map((value) => -1 - value);
        const places = Array.from({ length: 5 }, () => Math.floor(2 * rows * next()) - rows);
        const found = read(() =>
          runExtraKernel(
            'PickRows',
            { batch: tensor(batch, [rows, width], dtype), others: tensor(others, [rows, width], dtype) },
            { places },
          ),
        );
        const expected = places.flatMap((place) =>
          place >= 0
            ? batch.slice(place * width, (place + 1) * width)
            : others.slice((-1 - place) * width, -place * width),
        );
        expect(Array.from(found)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses places that are not there, and batches that are not alike', () => {
    const [batch, others, long] = [
      tensor2d([[1, 2]]),
      tensor2d([
        [3, 4],
        [5, 6],
      ]),
      tensor2d([[1, 2, 3]]),
    ];
    const pick =
      (place: number, other: Tensor = others) =>
      () =>
        runExtraKernel('PickRows', { batch, others: other }, { places: [0, place] });
    for (const place of [1, -4, 0.5, NaN])
      expect(pick(place)).toThrow(`there is no place ${place} in batches of 1 and 2 examples`);
    expect(pick(0, long)).toThrow('needs two batches of like examples, got float32 [1,2] and float32 [1,3]');
    expect(pick(0, tensor1d([1, 2]))).toThrow('like examples');
    expect(() =>
      runExtraKernel('ProjectDelta', { delta: batch, x: long }, { norm: 'linf', radii: [1], low: 0, high: 1 }),
    ).toThrow('ProjectDelta: needs inputs of one shape, got [1,2] and [1,3]');
  });
});
