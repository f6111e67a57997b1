import { type Attack, type Box, ball, type Classifier, key, l1, l2, linf, type Norm, type Threat } from '@advml/core';
import { type LinearModel, linearLogits } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { concat, mul, relu, slice, sub, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { carliniWagner, ddn, deepFool, fab, fmn } from '../src/index.ts';

beforeAll(() => useWasm());

const BOX: Box = { low: 0, high: 1 };
const norms = [l1, l2, linf];
const inAnyNorm: readonly [string, (threat: Threat) => Attack][] = [
  ['deepFool', (threat) => deepFool({ threat })],
  ['fab', (threat) => fab({ threat })],
  ['fmn', (threat) => fmn({ threat })],
];

function distances(attack: Attack, { model }: LinearModel, x: readonly (readonly number[])[], y: readonly number[]) {
  const [points, labels] = [tensor2d(x.map((row) => [...row])), tensor1d([...y], 'int32')];
  const result = attack(model, points, labels, { key: key('closest class', 0) });
  for (const tensor of [points, labels, result.x]) tensor.dispose();
  return result.distance.map((size, at) => (result.success[at] ? size : Infinity));
}

/** The smallest radius at which the worst allowed perturbation crosses the boundary, in double precision. */
function exact({ worstLoss }: LinearModel, row: readonly number[], y: number, norm: Norm): number {
  let [low, high] = [0, 60];
  for (let halving = 0; halving < 25; halving++) {
    const middle = (low + high) / 2;
    if (worstLoss(row, y, ball(norm, middle, BOX)) < 0) low = middle;
    else high = middle;
  }
  return high;
}

describe('the class that is nearest inside the box', () => {
  // Without the box the first rival is at .3 / 4 in l1, but the box ends before it on that way; the second is at .25 / 2.5.
  const rows = [
    [0, 0],
    [4, 0.5],
    [0, 2.5],
  ];
  const linear = linearLogits(rows, [0, -0.3 - 4 * 0.95 - 0.25, -0.25 - 1.25]);

  const alone: typeof inAnyNorm = [
    ['deepFool without a polish', (threat) => deepFool({ threat, polish: 0 })],
    ['fab without a polish', (threat) => fab({ threat, restarts: 1, polish: 0 })],
  ];
  const all = [...inAnyNorm, ...alone];
  it.each(norms.flatMap((norm) => all.map(([name, make]) => ({ name, make, norm }))))(
    '$name goes to it in $norm.name',
    ({ make, norm }) => {
      const [found] = distances(make(ball(norm, Infinity, BOX)), linear, [[0.95, 0.5]], [0]);
      expect(found).toBeGreaterThan(0.1 - 1e-5);
      expect(found).toBeLessThan(0.1 * 1.002);
    },
  );

  it.each([
    ['ddn', (threat: Threat) => ddn({ threat })] as const,
    ['carliniWagner', (threat: Threat) => carliniWagner({ threat, steps: 100, rate: 0.03 })] as const,
  ])('%s goes to it in l2', (_, make) => {
    const [found] = distances(make(ball(l2, Infinity, BOX)), linear, [[0.95, 0.5]], [0]);
    expect(found).toBeLessThan(0.1 * 1.002);
  });
});

it.each<[string, (logits: Tensor) => Tensor, Box?]>([
  ['is not finite', (logits) => mul(mul(relu(slice(logits, [0, 0], [-1, 1])), 1e30), 1e30)], // below 0, zero times infinity
  ["is the label's own", (logits) => slice(logits, [0, 1], [-1, 1]), { low: -2, high: -1.9 }], // no boundary inside the box
])('a class whose gradient %s hides no other', (_, third, box) => {
  const { model: two } = linearLogits(
    [
      [1, 0.5],
      [-1, 2],
    ],
    [0, 0],
  ); // prettier-ignore
  const model: Classifier = (x) => tidy(() => concat([two(x), sub(third(two(x)), 20)], 1));
  const attack = deepFool({ threat: ball(l2, Infinity, box), steps: 3, polish: 0 });
  const call = { key: key('closest class', 0) };
  const { distance, zeroGradient } = attack(model, tensor2d([[-2, -2]]), tensor1d([1], 'int32'), call);
  expect(zeroGradient).toEqual([false]);
  expect(distance).toBeAllClose([box ? 0 : 1 / Math.hypot(2, 1.5)], { relative: 1e-3 }); // logits of -3 and -2
});

describe('on linear models of 60 inputs and five classes, in a box', () => {
  const [COUNT, WIDTH] = [6, 60];
  const rows = Array.from({ length: 5 }, (_, k) => Array.from(key('closest class', 'w', k).normal(WIDTH)));
  const linear = linearLogits(
    rows,
    rows.map((row) => -0.5 * row.reduce((sum, value) => sum + value, 0)),
  );
  const x = Array.from({ length: COUNT }, (_, at) =>
    Array.from(key('closest class', 'x', at).uniform(WIDTH, -0.2, 1.2), (value) => Math.min(Math.max(value, 0), 1)),
  );
  const y = x.map((row) => rows.findIndex((_, label) => linear.loss(row, label) < 0));

  describe.each(norms)('in $name', (norm) => {
    const truth = x.map((row, at) => exact(linear, row, y[at], norm));
    it.each(inAnyNorm)('%s comes within 1% of the closest point', (_, make) => {
      for (const [at, size] of distances(make(ball(norm, Infinity, BOX)), linear, x, y).entries()) {
        expect(size).toBeGreaterThan(truth[at] * (1 - 1e-4) - 1e-5);
        expect(size).toBeLessThan(truth[at] * 1.01);
      }
    });
  });
});
