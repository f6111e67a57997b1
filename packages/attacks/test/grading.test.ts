import {
  ball,
  type Classifier,
  type Goal,
  InputError,
  key,
  l1,
  l2,
  linf,
  margin,
  outputMargins,
  type Threat,
  withMask,
} from '@advml/core';
import { linearLogits, linearScore } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  add,
  mul,
  ones,
  onesLike,
  sigmoid,
  softmax,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { denseMixture, fgm, noise, pgd, worstOf } from '../src/index.ts';
import { graded, type Search } from '../src/parts.ts';

beforeAll(() => useWasm());

const options = { key: key('grading', 0) };
const threat = ball(l2, 0.5);
const { model } = linearScore([1, 0]);

/** A search that gives the same perturbation to all. */
const always =
  (value: number): Search =>
  ({ x }) => ({
    delta: tidy(() => mul(onesLike(x), value)),
    gradients: new Int32Array(x.shape[0]),
    zeroGradient: Array(x.shape[0]).fill(false),
  });

describe('grading', () => {
  it('does not believe a search that leaves its ball', () => {
    const attack = graded('too far', threat, ({ x, ...task }) => ({
      ...always(0)({ x, ...task }),
      delta: tidy(() => onesLike(x)),
    }));
    expect(() => attack(model, tensor2d([[1, 2]]), tensor1d([1]), options)).toThrow(
      /too far left its threat \(l2 eps 0.5\): example 0, whose eps is 0.5, moved by 1.41/,
    );
  });

  it('does not take rounding for a search that leaves its ball, though it adds up over the entries', () => {
    const [width, way] = [64, 0.6 * 2 ** -23]; // from 1, it ends at the next float
    const attack = graded('honest', ball(l1, width * way), always(way));
    const { model: score } = linearScore(Array(width).fill(1));
    const { distance } = attack(score, ones([1, width]), tensor1d([1]), options);
    expect(distance).toBeAllClose([width * way], { absolute: 1e-9 });
  });

  it('allows each example the rounding of its own entries', () => {
    const x = tensor2d([
      [1, 2],
      [1e5, 1e5],
    ]);
    const attack = graded('a little too far', threat, ({ x, ...task }) => ({
      ...always(0)({ x, ...task }),
      delta: tidy(() => mul(onesLike(x), tensor2d([[0.51, 0]]))),
    }));
    expect(() => attack(model, x, tensor1d([1, 1]), options)).toThrow(/example 0, whose eps is 0.5, moved by 0.5099/);
  });

  it('does not believe perturbations that are not finite, which a box would make its bounds', () => {
    const attack = graded('lost', ball(linf, 0.5, { low: 0, high: 1 }), always(Number.NaN));
    const call = () => attack(model, tensor2d([[0.4, 0.3]]), tensor1d([1]), options);
    expect(call).toThrow('what lost found must be finite, got NaN at entry 0');
  });

  it('counts what is wrong without any change, and then changes nothing', () => {
    const attack = graded('wrong way', threat, ({ x }) => ({
      delta: tidy(() => mul(onesLike(x), tensor2d([[0.4, 0]]))),
      gradients: new Int32Array(x.shape[0]),
      zeroGradient: [false, false],
    }));
    const x = tensor2d([
      [-0.1, 0],
      [0.1, 0],
    ]);
    const result = attack(model, x, tensor1d([1, 1]), options);
    expect(result.success).toEqual([true, false]);
    expect(result.x).toBeAllClose([-0.1, 0, 0.5, 0]);
    expect(result.distance).toBeAllClose([0, 0.4]);
    expect(result.loss).toBeAllClose([0.1, -0.5]);
  });

  it('takes a tie as an error of the model, but not as the target reached', () => {
    const still = graded('nothing', threat, ({ x }) => ({
      delta: zerosLike(x),
      gradients: new Int32Array(1),
      zeroGradient: [false],
    }));
    const [x, y] = [tensor2d([[0, 0]]), tensor1d([1])];
    expect(still(model, x, y, options).success).toEqual([true]);
    expect(still(model, x, y, { ...options, goal: { target: [-1] } }).success).toEqual([false]);
  });

  it('warns of probabilities in place of logits', () => {
    const { model: logits } = linearLogits(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
    );
    const probabilities: Classifier = (x) => tidy(() => softmax(logits(x)));
    const run = (each: Classifier) => fgm({ threat })(each, tensor2d([[1, 2]]), tensor1d([1], 'int32'), options);
    expect(run(probabilities).warnings).toEqual([expect.stringContaining('probabilities')]);
    expect(run(logits).warnings).toEqual([]);
  });

  it('takes no scores for probabilities that differ outside a mask, in batches of any size', () => {
    const { model: second } = linearScore([0, 1]);
    const attack = fgm({ threat: withMask(threat, [true, false]) });
    const warnings = (each: Classifier, ...rows: number[][]) =>
      attack(each, tensor2d(rows), tensor1d(rows.map(() => 1)), options).warnings;
    expect(warnings(second, [0.2, 0.5])).toEqual([]);
    expect(warnings(second, [0.2, 0.5], [0.3, 0.7])).toEqual([]);
    const sure: Classifier = (x) => tidy(() => sigmoid(second(x)) as Tensor1D);
    expect(warnings(sure, [0.2, 0.5])).toEqual([expect.stringContaining('look like probabilities')]);
  });

  it('names what is wrong and the way out', () => {
    const attack = fgm({ threat: ball(linf, 0.1, { low: 0, high: 1 }) });
    const run =
      (x: number[][], y: number[], more = {}) =>
      () =>
        attack(model, tensor2d(x), tensor1d(y), { ...options, ...more });
    expect(run([[0.5, 255]], [1])).toThrow('x must lie in its box [0, 1], got values from 0.5 to 255');
    expect(run([[0.5, Number.NaN]], [1])).toThrow('x must be finite, got NaN at entry 1 (example 0)');
    expect(run([[0.5, 0.5]], [0])).toThrow('labels must be -1 or +1 (the model gives scores), got 0');
    expect(run([[0.5, 0.5]], [1, 1])).toThrow('y must have shape [1], got [2]');
    expect(run([[0.5, 0.5]], [1], { goal: { target: [] } })).toThrow('goal.target must hold 1 labels');
    expect(run([[0.5, 0.5]], [1], { indices: [1, 2] })).toThrow('indices must be 1, one an example, got 2');
    expect(() => attack(model, tensor2d([], [0, 2]), tensor1d([]), options)).toThrow('at least one example');
    expect(run([[0.5, 0.5]], [1], { eps: [0.1, 0.1] })).toThrow('eps must hold 1 radii');
    expect(run([[0.5, 0.5]], [1], { eps: [0.2] })).toThrow("from 0 to the threat's, 0.1, got 0.2");
    expect(run([[0.5, 0.5]], [1], { rivals: [] })).toThrow('rivals must hold 1 labels');
    expect(run([[0.5, 0.5]], [1], { rivals: [1] })).toThrow(
      'rivals must be wrong classes, got 1, the label of example 0',
    );
    expect(run([[0.5, 0.5]], [1], { rivals: [2] })).toThrow('labels must be -1 or +1 (the model gives scores), got 2');
    expect(run([[0.5, 0.5]], [1], { goal: (output: Tensor) => sum(output) })).toThrow('what the goal gives');
    expect(run([[0.5, 0.5]], [1], { goal: (output: Tensor) => mul(output, Number.NaN) })).toThrow(
      'what the goal gives at x must be finite, got NaN',
    );
    const masked = fgm({ threat: withMask(threat, [true, false, true]) });
    expect(() => masked(model, tensor2d([[1, 1]]), tensor1d([1]), options)).toThrow("the threat's mask must hold 2");
    const endless = ball(l2, Infinity);
    for (const make of [fgm, noise, (given: { threat: Threat }) => pgd({ ...given, steps: 1 })])
      expect(() => make({ threat: endless })).toThrow(/needs a finite eps, such as ball\(l2, 0.1\), got Infinity/);
    expect(() => denseMixture({ threat: endless, direction: [1] })).toThrow('needs a finite eps');
    expect(() => denseMixture({ threat, direction: [0, 0] })).toThrow('direction must be finite and not zero');
    const short = denseMixture({ threat, direction: [1] });
    expect(() => short(model, tensor2d([[1, 1]]), tensor1d([1]), options)).toThrow('direction must hold 2 numbers');
    expect(() => worstOf([fgm({ threat }), fgm({ threat: ball(l2, 1) })])).toThrow(InputError);
  });
});

describe('goals, radii and masks', () => {
  const three = linearLogits(
    [
      [1, 0],
      [0, 1],
      [-1, -1],
    ],
    [0, 0, 0],
  );
  const y = () => tensor1d([0], 'int32');

  it('a function may ask for more than an error', () => {
    const byHalf: Goal = (output, labels) => sub(margin(output, labels), 0.5);
    const run = (eps: number) => {
      const attack = pgd({ threat: ball(linf, eps), steps: 5, start: 'none' });
      return attack(three.model, tensor2d([[1, 0.8]]), y(), { ...options, goal: byHalf });
    };
    // The margin grows by 2 eps from -0.2.
    expect(run(0.36).success).toEqual([true]);
    expect(run(0.36).loss).toBeAllClose([2 * 0.36 - 0.2 - 0.5], { absolute: 1e-6 });
    expect(run(0.34).success).toEqual([false]);
  });

  it('a rival draws the climb to itself, and not the verdict', () => {
    const attack = fgm({ threat: ball(linf, 0.3) });
    const run = (rival: number) => attack(three.model, tensor2d([[1, 0.8]]), y(), { ...options, rivals: [rival] });
    expect(run(1).x).toBeAllClose([0.7, 1.1]);
    expect(run(2).x).toBeAllClose([0.7, 0.5]);
    expect([run(1), run(2)].map(({ success }) => success[0])).toEqual([true, false]);
  });

  it('a search that ignores them is not believed', () => {
    const x = tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const greedy = (allowed: Threat) => graded('greedy', allowed, always(0.3));
    expect(() => greedy(threat)(model, x, tensor1d([1, 1]), { ...options, eps: [0.5, 0.1] })).toThrow(
      /example 1, whose eps is 0.1, moved by 0.42/,
    );
    expect(() => greedy(withMask(threat, [true, false]))(model, x, tensor1d([1, 1]), options)).toThrow(
      /example 0 changed outside the mask/,
    );
  });
});

describe('worstOf', () => {
  const rows = key('worst', 'x').normal(40);
  const x = () => tensor2d(rows, [20, 2]);
  const y = () => tensor1d(Array.from({ length: 20 }, (_, at) => (rows[2 * at] > 0 ? 1 : -1)));

  it('is the worst of its members, each on those that still stand', () => {
    const up = graded('up', threat, always(0.3));
    const down = graded('down', threat, always(-0.3));
    const both = worstOf([up, down])(model, x(), y(), options);
    const [a, b] = [up, down].map((each) => each(model, x(), y(), options));
    expect(both.success).toEqual(a.success.map((fooled, at) => fooled || b.success[at]));
    expect(a.success).not.toEqual(both.success);
    expect(b.success).not.toEqual(both.success);
    expect(both.loss).toBeAllClose(a.loss.map((value, at) => (a.success[at] ? value : Math.max(value, b.loss[at]))));
    expect(outputMargins(model(both.x), y()).map((value) => -value)).toBeAllClose(both.loss);
    expect(worstOf([up, down]).label).toBe('worst of [up; down]');
  });

  it('sums what was spent and joins what was seen', () => {
    const attack = worstOf([noise({ threat: threat }), pgd({ threat: threat, steps: 3 }), fgm({ threat: threat })]);
    const { success, gradients } = attack(model, x(), y(), options);
    const standing = gradients.filter((_, at) => !success[at]);
    expect(standing.every((spent) => spent === 4)).toBe(true);
    expect(gradients.some((spent) => spent < 4)).toBe(true);
    expect(standing.length).toBeGreaterThan(0);
    const flat: Classifier = (input) => tidy(() => add(model(zerosLike(input)), 1));
    const seen = attack(flat, x(), tensor1d(Array(20).fill(1)), options);
    expect(seen.zeroGradient).toEqual(Array(20).fill(true));
  });

  it('gives its members random numbers of their own', () => {
    const once = noise({ threat });
    const [one, two] = [worstOf([once]), worstOf([once, once])].map((attack) => attack(model, x(), y(), options));
    expect(two.loss).not.toEqual(one.loss);
  });

  it('hands its members their own targets and indices', () => {
    const members = [noise({ threat, draws: 2 }), pgd({ threat, steps: 4 })];
    const run = (attack: ReturnType<typeof fgm>, order: readonly number[]) => {
      const labels = order.map((at) => (at % 2 ? 1 : -1));
      const values = order.flatMap((at) => [rows[2 * at], rows[2 * at + 1]]);
      const goal = { target: labels.map((label) => -label) };
      return attack(model, tensor2d(values, [order.length, 2]), tensor1d(labels), { ...options, indices: order, goal });
    };
    const forward = run(worstOf(members), [0, 1, 2, 3]);
    const backward = run(worstOf(members), [3, 2, 1, 0]);
    expect([...backward.loss].reverse()).toEqual([...forward.loss]);
    expect(forward.x.dataSync()).toEqual(
      Float32Array.from([3, 2, 1, 0].flatMap((at) => [...backward.x.dataSync().subarray(2 * at, 2 * at + 2)])),
    );
  });
});
