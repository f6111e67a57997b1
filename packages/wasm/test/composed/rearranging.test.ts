import { useWasm } from '@advml/wasm';
import { cast, clone, engine, logSoftmax, memory, reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asResult, asTensor, expectClose, expectLikeCpu, resultOf, runOn } from '../compare.ts';
import { integers, lengths, numbers, seeds, uniform } from '../random.ts';

beforeAll(() => useWasm());

const shapes = fc.array(lengths(5), { minLength: 1, maxLength: 5 });

/** The axes of a shape in some order. */
function shuffled(rank: number, seed: number): number[] {
  const next = uniform(seed);
  return Array.from({ length: rank }, (_, axis) => [next(), axis])
    .sort((a, b) => a[0] - b[0])
    .map(([, axis]) => axis);
}

describe('Transpose', () => {
  it('permutes axes like the cpu backend', () =>
    fc.assert(
      fc.asyncProperty(shapes, seeds, fc.boolean(), async (shape, seed, whole) => {
        const x = whole ? integers(seed, shape, -9, 9) : numbers(seed, shape);
        await expectLikeCpu('Transpose', { x }, { perm: shuffled(shape.length, seed) }, 0);
      }),
      { numRuns: 200 },
    ));

  it('turns matrices larger than a block, and stacks of them', () =>
    fc.assert(
      fc.asyncProperty(lengths(40), lengths(40), lengths(3), seeds, async (rows, columns, stack, seed) => {
        await expectLikeCpu('Transpose', { x: numbers(seed, [rows, columns]) }, { perm: [1, 0] }, 0);
        await expectLikeCpu('Transpose', { x: numbers(seed, [stack, rows, columns]) }, { perm: [0, 2, 1] }, 0);
        await expectLikeCpu('Transpose', { x: numbers(seed, [stack, rows, columns]) }, { perm: [2, 0, 1] }, 0);
      }),
      { numRuns: 40 },
    ));
});

describe('Tile', () => {
  it('repeats like the cpu backend', () =>
    fc.assert(
      fc.asyncProperty(shapes, seeds, fc.boolean(), async (shape, seed, whole) => {
        const x = whole ? integers(seed, shape, -9, 9) : numbers(seed, shape);
        const next = uniform(seed);
        await expectLikeCpu('Tile', { x }, { reps: shape.map(() => 1 + Math.floor(4 * next())) }, 0);
      }),
      { numRuns: 150 },
    ));

  it('repeats nothing, no times, and a single number', async () => {
    const tile = (shape: number[], reps: number[]) => runOn('wasm', 'Tile', { x: numbers(1, shape) }, { reps });
    expect((await tile([0, 3], [2, 2])).shape).toEqual([0, 6]);
    expect((await tile([2, 3], [0, 2])).shape).toEqual([0, 6]);
    expect((await tile([], [])).shape).toEqual([]);
  });
});

describe('Cast', () => {
  it('to bool is true for all but zero', () => {
    const result = resultOf(() => cast([0, 0.5, -0, 256, Number.NaN, -1], 'bool'));
    expect(Array.from(result.values)).toEqual([0, 1, 0, 1, 1, 1]);
  });

  it('between numbers does as the cpu backend', async () => {
    for (const dtype of ['float32', 'int32']) {
      await expectLikeCpu('Cast', { x: numbers(1, [7], { low: -5, high: 5 }) }, { dtype }, 0);
      await expectLikeCpu('Cast', { x: integers(1, [7], -5, 5) }, { dtype }, 0);
    }
  });
});

describe('Identity', () => {
  it('shares the data with the original, which may go first', () => {
    const x = asTensor(numbers(1, [2, 3]));
    const buffers = memory().numDataBuffers;
    const twin = clone(x);
    expect(memory().numDataBuffers).toBe(buffers);
    const expected = asResult(x);
    x.dispose();
    expectClose(asResult(twin), expected, 0);
    twin.dispose();
    expect(memory().numDataBuffers).toBe(buffers - 1);
  });

  it('clones strings', () => {
    const x = tensor(['a', 'b']);
    expect(clone(x).dataSync()).toEqual(['a', 'b']);
  });
});

describe('LogSoftmax', () => {
  it('does what the function of that name composes, along any axis', () =>
    fc.assert(
      fc.property(fc.array(lengths(5), { minLength: 1, maxLength: 3 }), seeds, (shape, seed) => {
        tidy(() => {
          const logits = asTensor(numbers(seed, shape, { low: -50, high: 50 }));
          for (const axis of [-1, shape.length - 1]) {
            expectClose(
              asResult(engine().runKernel('LogSoftmax', { logits }, { axis }) as Tensor),
              asResult(logSoftmax(logits)),
            );
          }
          const column = engine().runKernel('LogSoftmax', { logits: reshape(logits, [logits.size, 1]) }, { axis: 0 });
          const flat = reshape(column as Tensor, [logits.size]);
          expectClose(asResult(flat), asResult(logSoftmax(reshape(logits, [logits.size]))));
        });
      }),
      { numRuns: 50 },
    ));
});
