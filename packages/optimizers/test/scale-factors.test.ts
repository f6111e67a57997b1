import { InputError, key, normalTensor, type Params } from '@advml/core';
import { expectNoLeak, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, matMul, mul, scalar, sub, type Tensor2D, tensor2d, tidy, transpose, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scaleFactors } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const random = (name: string, rows: number, columns: number) => normalTensor(key(name), [rows, columns]) as Tensor2D;
const [left, right, slope] = [() => random('A', 6, 2), () => random('B', 2, 5), () => random('G', 6, 5)];

/** Gradients of both factors where the product has the gradient `g`. */
const gradientsOf = (params: Params, g: Tensor2D): Params => ({
  'w.left': matMul(g, params['w.right'] as Tensor2D, false, true),
  'w.right': matMul(params['w.left'] as Tensor2D, g, true, false),
});

/** How the product moves, to first order, for the scaled gradients. */
function change(params: Params, g: Tensor2D, damping: number): Tensor2D {
  const { updates } = scaleFactors(['w'], { damping }).update(gradientsOf(params, g), {}, params);
  const ofLeft = matMul(updates['w.left'] as Tensor2D, params['w.right'] as Tensor2D);
  return add(ofLeft, matMul(params['w.left'] as Tensor2D, updates['w.right'] as Tensor2D));
}

/** The projector on the columns of a matrix of two columns, by the inverse of a matrix of two rows. */
function projector(columns: Tensor2D): Tensor2D {
  const [[a, b], [, d]] = matMul(columns, columns, true, false).arraySync() as number[][];
  const determinant = a * d - b * b;
  const inverse = tensor2d([
    [d / determinant, -b / determinant],
    [-b / determinant, a / determinant],
  ]);
  return matMul(matMul(columns, inverse), columns, false, true);
}

describe('scaleFactors', () => {
  it('moves the product by the full gradient, projected on rows and on columns', () =>
    tidy(() => {
      const expected = add(matMul(slope(), projector(transpose(right()))), matMul(projector(left()), slope()));
      expect(change({ 'w.left': left(), 'w.right': right() }, slope(), 1e-9)).toBeAllClose(expected, {
        absolute: 1e-4,
      });
    }));

  it('does not depend on how the product is shared between the factors', () =>
    tidy(() => {
      const [turn, back] = [tensor2d([2, 1, 0, 0.5], [2, 2]), tensor2d([0.5, -1, 0, 2], [2, 2])];
      const shared = { 'w.left': matMul(left(), turn), 'w.right': matMul(back, right()) };
      const plain = change({ 'w.left': left(), 'w.right': right() }, slope(), 1e-9);
      expect(change(shared as Params, slope(), 1e-9)).toBeAllClose(plain, { absolute: 1e-4 });
    }));

  it('adds its share of the trace to the Gram matrix', () =>
    tidy(() => {
      // one direction of square 4: the step is divided by 4 + 0.25 * 4
      const params = { 'w.left': tensor2d([[2]]), 'w.right': tensor2d([[3]]) };
      const gradients = { 'w.left': tensor2d([[1]]), 'w.right': tensor2d([[1]]) };
      const { updates } = scaleFactors(['w'], { damping: 0.25 }).update(gradients, {}, params);
      expect(updates['w.right']).toBeAllClose([1 / 5]);
      expect(updates['w.left']).toBeAllClose([1 / (9 * 1.25)]);
    }));

  it('passes the gradient beside a factor of zero, and those of other parameters', () =>
    tidy(() => {
      const params = { 'w.left': zeros([6, 2]), 'w.right': right(), bias: scalar(1) };
      const gradients = { 'w.left': left(), 'w.right': right(), bias: scalar(3) };
      const { updates } = scaleFactors(['w']).update(gradients, {}, params);
      expect(updates['w.right']).toHaveSameBits(right());
      expect(updates.bias).toHaveSameBits(scalar(3));
      expect(numbersOf(updates['w.left']).every(Number.isFinite)).toBe(true);
    }));

  it('finds a matrix of rank two at the rate that suits the whole matrix, however badly the factors are scaled', () =>
    tidy(() => {
      const target = matMul(left(), right());
      for (const scale of [1e-2, 1, 1e2]) {
        const start = [mul(random('A0', 6, 2), scale), mul(random('B0', 2, 5), 0.1 / scale)];
        let params: Params = { 'w.left': start[0], 'w.right': start[1] };
        for (let step = 0; step < 100; step++) {
          const gap = sub(matMul(params['w.left'] as Tensor2D, params['w.right'] as Tensor2D), target) as Tensor2D;
          const { updates } = scaleFactors(['w'], { damping: 1e-6 }).update(gradientsOf(params, gap), {}, params);
          params = Object.fromEntries(
            Object.entries(params).map(([name, value]) => [name, add(value, mul(updates[name], -0.5))]),
          );
        }
        expect(matMul(params['w.left'] as Tensor2D, params['w.right'] as Tensor2D)).toBeAllClose(target, {
          absolute: 1e-3,
        });
      }
    }));

  it('keeps nothing and refuses what does not fit', async () => {
    const params = { 'w.left': left(), 'w.right': right() };
    await expectNoLeak(() => {
      const { updates } = scaleFactors(['w']).update(params, {}, params);
      for (const tensor of Object.values(updates)) tensor.dispose();
    });
    expect(() => scaleFactors(['other']).init(params)).toThrow(/no parameter is called 'other.left'/);
    expect(() => scaleFactors(['w'], { damping: 0 })).toThrow(InputError);
  });
});
