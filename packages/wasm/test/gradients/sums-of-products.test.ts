import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { asTensor, expectClose, resultOf } from '../compare.ts';
import { lengths, numbers, seeds } from '../random.ts';
import { any, expectDerivatives } from './derivatives.ts';
import { expectSecondDerivatives } from './second-derivatives.ts';

beforeAll(() => useWasm());

describe('Einsum', () => {
  it.each([
    ['ij,jk->ik', [2, 3], [3, 2]],
    ['bij,bkj->kbi', [2, 3, 2], [2, 2, 2]],
    ['i,j->ij', [2], [3]],
    ['bi,bi->b', [2, 3], [2, 3]],
    ['abc,cd->db', [2, 2, 3], [3, 2]], // a is summed alone, which the cpu backend forgets
  ])('%s, twice', async (equation, a, b) => {
    const inputs = [any(a, 1), any(b, 2)];
    await expectSecondDerivatives((x, y) => tf.einsum(equation, x, y), inputs, 5e-3, !equation.startsWith('abc'));
  });

  it.each([
    ['ij->ji', [2, 3]],
    ['ijk->j', [2, 3, 2]],
  ])('%s, twice', async (equation, shape) => {
    await expectSecondDerivatives((x) => tf.einsum(equation, x), [any(shape)]);
  });

  it('in images that become grey', async () => {
    await expectDerivatives((x) => tf.image.rgbToGrayscale(x as tf.Tensor3D), [any([2, 2, 3])]);
  });
});

describe('Cumprod', () => {
  const settings = fc.record({
    shape: fc.array(lengths(4), { minLength: 1, maxLength: 3 }),
    anyAxis: fc.nat(2),
    exclusive: fc.boolean(),
    reverse: fc.boolean(),
    seed: seeds,
  });

  it('along any axis, twice, also where factors are 0', () =>
    fc.assert(
      fc.asyncProperty(settings, async ({ shape, anyAxis, exclusive, reverse, seed }) => {
        const axis = anyAxis % shape.length;
        const x = numbers(seed, shape, { low: -1.5, high: 1.5, grain: 0.5 });
        await expectSecondDerivatives((a) => tf.cumprod(a, axis, exclusive, reverse), [x], 1e-2);
      }),
      { numRuns: 10 },
    ));

  it('is the product of the others: 2 3 0 5', () => {
    const x = { shape: [4], values: Float32Array.of(2, 3, 0, 5) };
    const gradient = resultOf(() => tf.grad((a) => tf.cumprod(a))(asTensor(x), tf.tensor1d([0, 0, 0, 1])));
    expectClose(gradient, { shape: [4], dtype: 'float32', values: [0, 0, 30, 0] });
  });
});
