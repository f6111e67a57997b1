// What models that answer later may do, and what a limit of queries leaves of HopSkipJump.
import { AbortedError, type Answer, ball, InputError, inputGradient, key, l2, linf, margin } from '@advml/core';
import { expectNoLeak, later, linearScore, numbersOf } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, mul, type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fgm, hopSkipJump, noise, square, transfer } from '../src/index.ts';

beforeAll(() => useWasm());

const { model } = linearScore([1, 0]);
const options = { key: key('later', 0) };
const attack = noise({ threat: ball(l2, 0.5), draws: 3 });
const x = () =>
  tensor2d([
    [0.25, 2],
    [3, 1],
  ]);
const y = () => tensor1d([1, 1]);
const scores = (at: Tensor) => Array.from(numbersOf(model(at)));

describe('an answer', () => {
  const by = (answer: (at: Tensor) => unknown) =>
    Promise.resolve(attack(async (at: Tensor) => answer(at) as Answer, x(), y(), options));

  it('may be numbers, rows, numbers with their shape, or a tensor, which is disposed', async () => {
    const expected = attack(model, x(), y(), options).loss;
    const twoLogits = (at: Tensor) => scores(at).map((score) => [-score / 2, score / 2]);
    expect((await by(scores)).loss).toEqual(expected);
    expect((await by((at) => Float32Array.from(scores(at)))).loss).toEqual(expected);
    expect((await by((at) => ({ data: scores(at), dims: [at.shape[0]] }))).loss).toEqual(expected);
    expect((await by((at) => model(at))).loss).toEqual(expected);
    expect((await by(twoLogits)).loss).toBeAllClose(expected);
    expect((await by((at) => ({ data: twoLogits(at).flat(), dims: [at.shape[0], 2] }))).loss).toBeAllClose(expected);
  });

  it.each<[string, (at: Tensor) => unknown, string]>([
    ['a record', () => ({ logits: [1, 2] }), 'pick it: async (x) => (await ask(x)).logits'],
    ['too few', () => [1], 'one output an example, of 2, got shape [1]'],
    ['rows of two lengths', () => [[1, 2], [1]], 'as many logits for each example, got 1 beside 2'],
    ['words', () => ['cat', 'dog'], 'must be finite'],
    ['another shape', () => ({ data: [1, 2, 3], dims: [2, 2] }), 'a model must answer with scores'],
  ])('that is %s is refused', async (_, answer, message) => {
    await expect(by(answer)).rejects.toThrow(message);
    await expect(by(answer)).rejects.toThrow(InputError);
  });
});

it('leaves to a model what it made before it waited, and is stopped by a timer between answers that are there at once', async () => {
  const careful = async (at: Tensor) => {
    const scaled = mul(at, 2);
    await Promise.resolve();
    const output = scores(add(scaled, 0)); // not disposed yet
    scaled.dispose();
    return output;
  };
  expect((await attack(careful, x(), y(), options)).success.length).toBe(2);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 60);
  const endless = square({ threat: ball(linf, 0.1), queries: 1e9 });
  await expect(endless(later(model), x(), y(), { ...options, signal: stop.signal })).rejects.toThrow(AbortedError);
});

it('transfers from a stand-in to a model that answers later, and from one', async () => {
  const [inputs, labels] = [x(), y()];
  await expectNoLeak(async () => {
    const whole = transfer(fgm({ threat: ball(l2, 0.5) }), model)(model, inputs, labels, options);
    const onto = await transfer(fgm({ threat: ball(l2, 0.5) }), model)(later(model), inputs, labels, options);
    expect([numbersOf(onto.x), onto.success]).toEqual([numbersOf(whole.x), [true, false]]);
    const from = await transfer(attack, later(model))(later(model), inputs, labels, options);
    const at = transfer(attack, model)(model, inputs, labels, options);
    expect(numbersOf(from.x)).toEqual(numbersOf(at.x));
    for (const { x: worst } of [whole, onto, from, at]) worst.dispose();
  });
});

it('has no gradient, and is not called for it twice', () => {
  let calls = 0;
  const counted = async (at: Tensor) => {
    calls++;
    return scores(at);
  };
  const take = () => inputGradient(counted as never, x(), y(), margin);
  expect(take).toThrow('got a promise');
  expect(take).toThrow('got a promise');
  expect(calls).toBe(1);
});

it('spends no more queries than an example may cost, the same for any batch', () => {
  const queries = 150;
  const closest = hopSkipJump({ threat: ball(l2, Infinity), queries });
  const [inputs, labels] = [x(), y()];
  const whole = closest(model, inputs, labels, options);
  expect(Math.max(...whole.queries)).toBe(queries);
  expect(whole.success).toEqual([true, true]);
  const alone = closest(model, tensor2d([[3, 1]]), tensor1d([1]), { ...options, indices: [1] });
  expect(numbersOf(alone.x)).toEqual(numbersOf(whole.x).slice(2));
  const more = hopSkipJump({ threat: ball(l2, Infinity), queries: 1000 })(model, inputs, labels, options);
  expect(more.distance.every((size, at) => size <= whole.distance[at])).toBe(true);
  expect(more.distance).toBeAllClose([0.25, 3], { relative: 0.1 });
  expect(closest.label).toContain('at most 150 queries');
});
