import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers } from '../random.ts';
import { any, type Differentiable, expectDerivatives, positive, smooth } from './derivatives.ts';

beforeAll(() => useWasm());

describe('functions of one number', () => {
  const cases: [name: string, f: (x: tf.Tensor) => tf.Tensor, low: number, high: number][] = [
    ['Abs', tf.abs, -2, 2],
    ['Neg', tf.neg, -2, 2],
    ['Reciprocal', tf.reciprocal, 0.4, 2],
    ['Square', tf.square, -2, 2],
    ['Sqrt', tf.sqrt, 0.2, 3],
    ['Rsqrt', tf.rsqrt, 0.4, 3],
    ['Exp', tf.exp, -2, 2],
    ['Expm1', tf.expm1, -2, 2],
    ['Log', tf.log, 0.3, 3],
    ['Log1p', tf.log1p, -0.5, 3],
    ['Erf', tf.erf, -2, 2],
    ['Sin', tf.sin, -3, 3],
    ['Cos', tf.cos, -3, 3],
    ['Tan', tf.tan, -1, 1],
    ['Asin', tf.asin, -0.8, 0.8],
    ['Acos', tf.acos, -0.8, 0.8],
    ['Atan', tf.atan, -2, 2],
    ['Sinh', tf.sinh, -2, 2],
    ['Cosh', tf.cosh, -2, 2],
    ['Tanh', tf.tanh, -2, 2],
    ['Asinh', tf.asinh, -2, 2],
    ['Acosh', tf.acosh, 1.3, 3],
    ['Atanh', tf.atanh, -0.7, 0.7],
    ['Relu', tf.relu, -2, 2],
    ['Relu6', (x) => tf.relu6(tf.mul(x, 2)), -2, 5],
    ['Elu', tf.elu, -2, 2],
    ['Selu', tf.selu, -2, 2],
    ['LeakyRelu', (x) => tf.leakyRelu(x, 0.3), -2, 2],
    ['Sigmoid', tf.sigmoid, -4, 4],
    ['Softplus', tf.softplus, -4, 4],
    ['ClipByValue', (x) => tf.clipByValue(x, -1, 0.5), -2, 2],
    ['ClipByValue without ends', (x) => tf.clipByValue(x, -Infinity, Infinity), -2, 2],
    ['Identity', tf.clone, -2, 2],
    ['Cast', (x) => tf.cast(x, 'float32'), -2, 2],
    ['Step', tf.step, -2, 2],
    ['Sign', tf.sign, -2, 2],
    ['Floor', tf.floor, -2, 2],
    ['Ceil', tf.ceil, -2, 2],
    ['Round', tf.round, -2, 2],
    ['ZerosLike', tf.zerosLike, -2, 2],
    ['OnesLike', tf.onesLike, -2, 2],
    ['IsNan', (x) => tf.mul(x, tf.cast(tf.isNaN(x), 'float32')), -2, 2],
    ['IsInf', (x) => tf.mul(x, tf.cast(tf.isInf(x), 'float32')), -2, 2],
    ['IsFinite', (x) => tf.mul(x, tf.cast(tf.isFinite(x), 'float32')), -2, 2],
    ['LogicalNot', (x) => tf.mul(x, tf.cast(tf.logicalNot(tf.greater(x, 0)), 'float32')), -2, 2],
  ];
  it.each(cases)('%s', async (_name, f, low, high) => {
    await expectDerivatives(f, [smooth(1, [3, 4], low, high)]);
    await expectDerivatives(f, [smooth(2, [], low, high)]);
  });

  it('at their corners take the middle or the flat side', () => {
    const slope = (f: (x: tf.Tensor) => tf.Tensor, x: number) => tf.tidy(() => tf.grad(f)(tf.scalar(x)).dataSync()[0]);
    expect(slope(tf.abs, 0)).toBe(0);
    expect(slope(tf.relu, 0)).toBe(0);
    expect(slope(tf.relu6, 0)).toBe(0);
    expect(slope(tf.relu6, 6)).toBe(0);
    expect(slope((x) => tf.maximum(x, 0), 0)).toBe(0.5);
    expect(slope((x) => tf.minimum(0, x), 0)).toBe(0.5);
    expect(slope((x) => tf.clipByValue(x, 0, 1), 1)).toBe(1);
    expect(slope((x) => tf.pow(x, 0), 0)).toBe(0);
    expect(slope((x) => tf.pow(x, 1), 0)).toBe(1);
    expect(slope((x) => tf.pow(x, 2), 0)).toBe(0);
  });
});

describe('functions of two numbers', () => {
  const shapes: [number[], number[]][] = [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 4], [4]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[], [2, 3]],
    [
      [1, 3],
      [2, 3],
    ],
  ];
  const cases: [name: string, f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
    ['Add', tf.add],
    ['Sub', tf.sub],
    ['Multiply', tf.mul],
    ['RealDiv', tf.div],
    ['SquaredDifference', tf.squaredDifference],
    ['Pow', tf.pow],
    ['Atan2', tf.atan2],
    ['Maximum', tf.maximum],
    ['Minimum', tf.minimum],
    ['FloorDiv', (a, b) => tf.add(a, tf.floorDiv(a, b))],
    ['Greater', (a, b) => tf.mul(a, tf.cast(tf.greater(a, b), 'float32'))],
    ['Equal', (a, b) => tf.mul(a, tf.cast(tf.equal(a, b), 'float32'))],
    ['LogicalAnd', (a, b) => tf.mul(a, tf.cast(tf.logicalAnd(tf.less(a, b), tf.lessEqual(b, 9)), 'float32'))],
    ['LogicalOr', (a, b) => tf.mul(a, tf.cast(tf.logicalOr(tf.greaterEqual(a, b), tf.notEqual(a, b)), 'float32'))],
    ['LogicalXor', (a, b) => tf.mul(a, tf.cast(tf.logicalXor(tf.greater(a, b), tf.less(a, b)), 'float32'))],
    ['Select', (a, b) => tf.where(tf.greater(a, b), tf.mul(a, 3), tf.square(b))],
  ];
  it.each(cases)('%s, with broadcasting', async (_name, f) => {
    for (const [a, b] of shapes) {
      // Multiples of 0.1, and numbers half-way between: no comparison is close.
      const inputs = [
        numbers(3, a, { low: 0.4, high: 2, grain: 0.1 }),
        numbers(8, b, { low: 0.4, high: 2, grain: 0.1 }),
      ];
      const apart = inputs[1].values.map((value) => value + 0.05);
      await expectDerivatives(f, [inputs[0], { shape: b, values: apart }], { tolerance: 5e-3 });
    }
  });

  it('Mod', async () => {
    for (const [a, b] of shapes) {
      // The quotients stay between 7 and 8.
      const mod: Differentiable = (x, y) => tf.mod(tf.add(x, 7), y);
      const ones = { shape: b, values: positive(b).values.map(() => 1) };
      await expectDerivatives(mod, [numbers(3, a, { low: 0.3, high: 0.7 }), ones], { tolerance: 2e-2 });
    }
  });

  it('Prelu', async () => {
    await expectDerivatives(tf.prelu as Differentiable, [any([2, 3]), any([2, 3], 4)]);
    await expectDerivatives(tf.prelu as Differentiable, [any([2, 2, 3]), any([3], 4)]);
  });

  it('AddN', async () => {
    await expectDerivatives((...terms) => tf.addN(terms), [any([2, 3]), any([2, 3], 4), any([2, 3], 5)]);
  });

  it('Maximum and Minimum share a tie', () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor1d([1, 2, 3, Infinity]), tf.tensor1d([1, 3, 2, Infinity])];
      const [da, db] = tf.grads((x, y) => tf.maximum(x, y))([a, b]);
      expect([...da.dataSync(), ...db.dataSync()]).toEqual([0.5, 0, 1, 0.5, 0.5, 1, 0, 0.5]);
      const [ea, eb] = tf.grads((x, y) => tf.minimum(x, y))([a, b]);
      expect([...ea.dataSync(), ...eb.dataSync()]).toEqual([0.5, 1, 0, 0.5, 0.5, 0, 1, 0.5]);
    });
  });

  it('fit empty batches', () => {
    tf.tidy(() => {
      const [, db] = tf.grads((x: tf.Tensor, b: tf.Tensor) => tf.add(x, b))([tf.zeros([0, 3]), tf.ones([1, 3])]);
      expect([...db.dataSync()]).toEqual([0, 0, 0]);
    });
  });
});
