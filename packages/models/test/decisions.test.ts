// Models that tell classes only: attacks that need no more, the refusal of those that do, and the evaluation.
import { hopSkipJump, noise, square } from '@advml/attacks';
import { ball, type Classifier, InputError, key, l2, linf } from '@advml/core';
import { evaluate } from '@advml/metrics';
import { expectNoLeak, linearLogits, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { argMax, type Tensor, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { decisions } from '../src/index.ts';

beforeAll(() => useWasm());

const { model } = linearLogits(
  [
    [1, 0],
    [0, 1],
    [-1, -1],
  ],
  [0, 0, 0],
);
const labels = (x: Tensor) => argMax(model(x), 1);
const options = { key: key('labels only', 0) };
const x = () =>
  tensor2d([
    [1, 0.5],
    [0.2, 0.9],
    [-1, -0.6],
  ]);
const y = () => tensor1d([0, 1, 2], 'int32');

/** The same labels in all the ways in which they may be told, at once and later. */
const tellings: [string, ReturnType<typeof decisions>][] = [
  ['as a tensor', decisions((x: Tensor) => labels(x), 3)],
  ['as numbers', decisions((x: Tensor) => tidy(() => Array.from(labels(x).dataSync())) as number[], 3)],
  ['later, as a tensor', decisions(async (x: Tensor) => tidy(() => labels(x)), 3) as never],
  [
    'later, as 64-bit integers with their shape',
    decisions(async (x: Tensor) => {
      const given = tidy(() => labels(x));
      const data = BigInt64Array.from(given.dataSync(), BigInt);
      given.dispose();
      return { data, dims: [data.length] };
    }, 3) as never,
  ],
];

describe.each(tellings)('labels told %s', (_, told) => {
  it('give HopSkipJump all it needs: the bits that logits give, and the true distance', async () => {
    const attack = hopSkipJump({ threat: ball(l2, Infinity), steps: 8 });
    await expectNoLeak(async () => {
      const [inputs, classes] = [x(), y()];
      const [own, whole] = [await attack(told, inputs, classes, options), attack(model, inputs, classes, options)];
      expect(numbersOf(own.x)).toEqual(numbersOf(whole.x));
      expect(own.success).toEqual([true, true, true]);
      expect(own.distance[0] / (0.5 / Math.SQRT2)).toBeCloseTo(1, 1); // to the line where the first two classes are equal
      expect(own.warnings).toEqual([]);
      for (const one of [own.x, whole.x, inputs, classes]) one.dispose();
    });
  });

  it('are refused by Square, with the way out', async () => {
    const attack = async () => square({ threat: ball(linf, 0.3) })(told, x(), y(), options);
    await expect(attack()).rejects.toThrow('this model tells classes only; hopSkipJump needs no more');
  });

  it('are evaluated', async () => {
    const battery = [
      { kind: 'noise', attack: (threat) => noise({ threat, draws: 5 }) },
      { kind: 'black-box', attack: (threat) => hopSkipJump({ threat, steps: 4 }) },
    ] as Parameters<typeof evaluate>[3];
    const by = (given: Classifier) => evaluate(given, { x: x(), y: y() }, ball(l2, 0.5), battery, options);
    const [own, whole] = [await by(told), await by(model)];
    expect(own.accuracy).toEqual(whole.accuracy);
    expect(own.accuracy.successes).toBeLessThan(own.clean.successes);
    expect(own.records.map(({ distance }) => distance)).toEqual(whole.records.map(({ distance }) => distance));
  });
});

it('refuses what are no classes', () => {
  const of = (answer: unknown) => () => decisions(() => answer as number[], 3)(tensor([[1, 2]]));
  expect(of([3])).toThrow('got number 3; one that gives logits needs no decisions');
  expect(of([0.5])).toThrow(InputError);
  expect(of([0, 1])).toThrow('a class 0..2 for each of 1 examples, got an array of 2');
  for (const none of [null, '', [], true, '1'])
    for (const answer of [[none], { data: [none], dims: [1] }]) expect(of(answer)).toThrow(InputError);
  expect(of([[0, 1]])).toThrow('got an array of 2; one that gives logits needs no decisions');
  expect(() => decisions(labels, 1)).toThrow(InputError);
});
