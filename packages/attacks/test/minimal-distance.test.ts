import {
  type Attack,
  type AttackOptions,
  type Box,
  ball,
  type Classifier,
  key,
  l1,
  l2,
  linf,
  margin,
  outputMargins,
  type StrictNorm,
  type Threat,
  withMask,
} from '@advml/core';
import { closestInPlane, type LinearModel, linearLogits, linearScore, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { add, exp, mul, square, sub, sum, type Tensor1D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { bim, carliniWagner, ddn, deepFool, fab, fgm, fmn, pgd, smallestEps, worstOf } from '../src/index.ts';

beforeAll(() => useWasm());

const options: AttackOptions = { key: key('minimal distance', 0) };
const BOX: Box = { low: 0, high: 1 };
const norms = [l1, l2, linf];

const minimal: readonly [string, readonly StrictNorm[], (threat: Threat) => Attack][] = [
  ['deepFool', norms, (threat) => deepFool({ threat })],
  ['carliniWagner', [l2], (threat) => carliniWagner({ threat, steps: 50, descents: 5, rate: 0.07 })],
  ['ddn', [l2], (threat) => ddn({ threat, restarts: 3 })],
  ['fmn', norms, (threat) => fmn({ threat, restarts: 4 })],
  ['fab', norms, (threat) => fab({ threat, restarts: 4 })],
];
const everywhere = minimal.flatMap(([name, known, make]) =>
  known.flatMap((norm) =>
    [undefined, BOX].map((box) => ({ name, norm, box, make, in: `${norm.name}${box ? ' with a box' : ''}` })),
  ),
);
const inputs = (name: string, count: number, width: number) =>
  Array.from({ length: count }, (_, at) => Array.from(key(name, at).uniform(width, 0.05, 0.95)));
const centring = (row: readonly number[]) => -0.5 * row.reduce((total, value) => total + value, 0);

/** Runs an attack and gives sizes, infinite where nothing was found. */
function distances(attack: Attack, model: Classifier, x: number[][], y: readonly number[], more = {}): number[] {
  const [points, labels] = [tensor2d(x), tensor1d([...y], y.includes(-1) ? 'float32' : 'int32')];
  const result = attack(model, points, labels, { ...options, ...more });
  expect(result.distance.every(Number.isFinite)).toBe(true);
  for (const tensor of [points, labels, result.x]) tensor.dispose();
  return Array.from(result.distance, (size, at) => (result.success[at] ? size : Infinity));
}

/** No attack comes closer than the truth, which may be half a percent too large, and these come within 1%. */
function expectClosest(found: readonly number[], truth: readonly number[]): void {
  for (const [at, size] of found.entries()) {
    if (truth[at] === Infinity) expect(size).toBe(Infinity);
    else {
      expect(size).toBeGreaterThan(truth[at] * (1 - 5e-3) - 1e-6);
      expect(size).toBeLessThan(truth[at] * 1.01 + 1e-6);
    }
  }
}

describe('on linear models', () => {
  const WIDTH = 8;
  const x = inputs('linear', 8, WIDTH);
  const weights = (name: string) => Array.from(key('weights', name).normal(WIDTH));
  const rows = ['a', 'b', 'c', 'd'].map(weights);
  const score = linearScore(rows[0], centring(rows[0]));
  const logits = linearLogits(rows, rows.map(centring));
  const own = (model: LinearModel, labels: readonly number[]) =>
    x.map((row) => labels.find((label) => model.loss(row, label) < 0) as number);
  const models: readonly [string, LinearModel, readonly number[]][] = [
    ['a score', score, own(score, [-1, 1])],
    ['logits', logits, own(logits, [0, 1, 2, 3])],
  ];
  /** The smallest radius at which the worst allowed perturbation crosses the boundary, in double precision. */
  const exact = ({ worstLoss }: LinearModel, row: number[], y: number, norm: StrictNorm, box?: Box): number => {
    let [low, high] = [0, 100];
    if (worstLoss(row, y, ball(norm, high, box)) < 0) return Infinity;
    for (let halving = 0; halving < 60; halving++) {
      const middle = (low + high) / 2;
      if (worstLoss(row, y, ball(norm, middle, box)) < 0) low = middle;
      else high = middle;
    }
    return high;
  };

  describe.each(models)('%s', (_, linear, y) => {
    it.each(everywhere)('$name finds the closest point in $in', ({ make, norm, box }) => {
      const truth = x.map((row, at) => exact(linear, row, y[at], norm, box));
      expectClosest(distances(make(ball(norm, Infinity, box)), linear.model, x, y), truth);
    });

    it.each(everywhere)(
      '$name fools in $norm.name$on who is within a finite radius, and no other',
      ({ make, norm, box }) => {
        const truth = x.map((row, at) => exact(linear, row, y[at], norm, box));
        const eps = truth.toSorted((a, b) => a - b)[4] * 1.02;
        const found = distances(make(ball(norm, eps, box)), linear.model, x, y);
        expect(found.map(Number.isFinite)).toEqual(truth.map((size) => size <= eps));
      },
    );
  });

  it.each(everywhere)(
    '$name sees a model that is a thousand times as confident or its inputs in $in',
    ({ make, norm, box }) => {
      const y = own(score, [-1, 1]);
      const plain = distances(make(ball(norm, Infinity, box)), score.model, x, y);
      const confident: Classifier = (points) => tidy(() => mul(score.model(points), 1000));
      expect(distances(make(ball(norm, Infinity, box)), confident, x, y)).toBeAllClose(plain, { relative: 2e-3 });
      if (box) return;
      const large = x.map((row) => row.map((value) => 1000 * value));
      const shrunk: Classifier = (points) => tidy(() => score.model(mul(points, 1e-3)));
      const far = distances(make(ball(norm, Infinity)), shrunk, large, y).map((size) => size / 1000);
      expect(far).toBeAllClose(plain, { relative: 0.01 });
    },
  );
});

describe('by brute force in the plane', () => {
  const x = inputs('plane', 6, 2);
  const rows = [
    [1, 0.3],
    [-0.6, 0.8],
    [-0.5, -1],
  ];
  const sphere: Classifier = (points) => tidy(() => sub(sum(square(points), 1), 0.4));
  const net = reluNet(12, { inputs: 2, hidden: 12, output: 'logits' });
  const models: readonly [string, Classifier][] = [
    ['a sphere', sphere],
    ['a ReLU score', reluNet(11, { inputs: 2, hidden: 12 })],
    ['ReLU logits', (points) => tidy(() => net(sub(points, 0.5)))],
  ];
  const labelsOf = (model: Classifier): number[] =>
    tidy(() => {
      const output = model(tensor2d(x));
      if (output.rank === 1) return numbersOf(output).map((value) => (value > 0 ? 1 : -1));
      return x.map((_, at) => {
        const logits = numbersOf(output).slice(3 * at, 3 * at + 3);
        return logits.indexOf(Math.max(...logits));
      });
    });
  /** The truth for each example, found once: labels to leave, or targets to reach. */
  const known = new Map<string, number[]>();
  const truthOf = (
    name: string,
    model: Classifier,
    labels: readonly number[],
    norm: StrictNorm,
    box?: Box,
    targeted = false,
  ) => {
    const wanted = `${name} ${norm.name} ${box ? 'box' : ''} ${targeted}`;
    const found =
      known.get(wanted) ??
      x.map((row, at) => {
        const adversarial = (points: Float32Array) =>
          tidy(() => {
            const count = points.length / 2;
            const same = tensor1d(Array(count).fill(labels[at]), labels.includes(-1) ? 'float32' : 'int32');
            const margins = outputMargins(model(tensor2d(points, [count, 2])), same);
            return Array.from(margins, (value) => (targeted ? value > 0 : value <= 0));
          });
        return closestInPlane(adversarial, row, { norm, box, reach: 1.5 });
      });
    known.set(wanted, found);
    return found;
  };
  const thorough = everywhere.filter(({ name }) => name !== 'deepFool');

  describe.each(models)('%s', (name, model) => {
    it.each(thorough)('$name finds the closest point in $in', ({ make, norm, box }) => {
      const y = labelsOf(model);
      expectClosest(distances(make(ball(norm, Infinity, box)), model, x, y), truthOf(name, model, y, norm, box));
    });

    it.each(norms)('deepFool ends on a boundary, though not on the nearest part of it, in $name', (norm) => {
      const y = labelsOf(model);
      const [found, truth] = [
        distances(deepFool({ threat: ball(norm, Infinity) }), model, x, y),
        truthOf(name, model, y, norm),
      ];
      for (const [at, size] of found.entries()) {
        expect(size).toBeGreaterThan(truth[at] * (1 - 5e-3));
        expect(size).toBeLessThan(truth[at] * (model === sphere && norm === l2 ? 1.01 : 2));
      }
    });
  });

  it.each(thorough)('$name finds the closest point of a target class in $in', ({ make, norm, box }) => {
    const { model } = linearLogits(rows, rows.map(centring));
    const y = labelsOf(model);
    const target = y.map((label) => (label + 1) % 3);
    const truth = truthOf('targets', model, target, norm, box, true);
    expectClosest(distances(make(ball(norm, Infinity, box)), model, x, y, { goal: { target } }), truth);
  });
});

describe('what they keep to', () => {
  const { model } = linearScore([3, -4]);
  const x = [
    [1, 0],
    [0, -0.5],
    [2, 0],
    [-1, 0],
  ]; // 0.6, 0.4 and 1.2 away in l2; the last is wrong as it stands
  const y = [1, 1, 1, 1];
  const inL2 = minimal.filter(([, known]) => known.includes(l2));

  it.each(inL2)('%s leaves wrong inputs alone and keeps those that it does not fool', (_, __, make) => {
    const points = tensor2d(x);
    const result = make(ball(l2, 0.5))(model, points, tensor1d(y), options);
    expect(result.success).toEqual([false, true, false, true]);
    const after = numbersOf(result.x);
    for (const [row, place] of [
      [0, 0],
      [2, 4],
      [3, 6],
    ])
      expect(after.slice(place, place + 2)).toEqual(x[row]);
    expect(result.gradients[3]).toBe(0);
  });

  it.each(inL2)('%s takes each example by its own radius', (_, __, make) => {
    const found = distances(make(ball(l2, Infinity)), model, x, y, { eps: [0.7, 0.3, Infinity, 0] });
    expect(found.map(Number.isFinite)).toEqual([true, false, true, true]);
  });

  it.each(inL2)('%s changes what the mask allows only', (_, __, make) => {
    const masked = make(withMask(ball(l2, Infinity), [true, false]));
    const result = masked(model, tensor2d(x), tensor1d(y), options);
    expect(result.distance).toBeAllClose([1, 2 / 3, 2, 0], { relative: 2e-3 });
  });

  it.each(inL2)("%s reaches a goal of one's own", (_, __, make) => {
    const byOne = (output: Parameters<typeof margin>[0], labels: Tensor1D) =>
      sub(margin(output, labels), 1) as Tensor1D;
    const found = distances(make(ball(l2, Infinity)), model, x, y, { goal: byOne });
    expect(found).toBeAllClose([0.8, 0.6, 1.4, 0], { relative: 0.01 });
  });

  it.each(inL2)('%s says that a model has no gradient, and finds nothing there', (_, __, make) => {
    const flat: Classifier = (points) => tidy(() => add(mul(sum(points, 1), 0), 1));
    const result = make(ball(l2, Infinity))(flat, tensor2d(x), tensor1d(y), options);
    expect(result.success).toEqual([false, false, false, false]);
    expect(result.zeroGradient).toEqual([true, true, true, true]);
    expect(numbersOf(result.x)).toEqual(x.flat());
  });

  it('deepFool turns back where the model overflows', () => {
    const overflowing: Classifier = (points) => tidy(() => sub(2, exp(sum(points, 1)))) as Tensor1D;
    const found = distances(deepFool({ threat: ball(l2, Infinity) }), overflowing, [[-20], [-3]], [1, 1]);
    expect(found[1]).toBeAllClose(3 + Math.log(2), { relative: 0.01 });
  });

  it('carliniWagner goes on from starts that are at the bounds of the box but for rounding', () => {
    const [count, width] = [8, 64];
    const w = Array.from(key('cw2', 'w').normal(width));
    const { model: score } = linearScore(w, 6 + centring(w));
    const points = tensor2d(key('cw2', 'x').uniform(count * width, 0.02, 0.98), [count, width]);
    const labels = tidy(() => tensor1d(numbersOf(score(points)).map(Math.sign)));
    const quick = { threat: ball(l2, Infinity, BOX), steps: 50, descents: 1, lineSearch: 0, polish: 0 };
    const { gradients } = carliniWagner({ ...quick, restarts: 2 })(score, points, labels, options);
    expect(Math.min(...gradients)).toBeGreaterThan(90); // of twice 51, unless the objective does not fall any more
  });

  it('fab is a member of an ensemble beside pgd', () => {
    const threat = ball(l2, 0.7);
    const both = worstOf([pgd({ threat, steps: 1, stepSize: 0.1, start: 'none' }), fab({ threat })]);
    expect(both(model, tensor2d(x), tensor1d(y), options).success).toEqual([true, true, false, true]);
  });

  it('the line search draws what was found to the boundary', () => {
    const run = (lineSearch: number) =>
      distances(deepFool({ threat: ball(l2, Infinity), lineSearch, polish: 0 }), model, x, y);
    expect(run(0).slice(0, 3)).toBeAllClose([0.612, 0.408, 1.224], { absolute: 1e-4 });
    expect(run(20).slice(0, 3)).toBeAllClose([0.6, 0.4, 1.2], { absolute: 1e-4 });
  });

  it('they pay for what they do: one gradient a step and rival', () => {
    const spent = (attack: Attack) => [...attack(model, tensor2d(x), tensor1d(y), options).gradients];
    const threat = ball(l2, Infinity);
    const once = { threat, restarts: 1, polish: 0 };
    expect(spent(deepFool(once))).toEqual([1, 1, 1, 0]);
    expect(spent(deepFool({ threat, polish: 3 }))).toEqual([4, 4, 4, 0]);
    expect(spent(fmn({ ...once, steps: 7, restarts: 2 }))).toEqual([14, 14, 14, 0]);
    expect(spent(ddn({ ...once, steps: 7 }))).toEqual([7, 7, 7, 0]);
    expect(spent(fab({ ...once, steps: 7 }))).toEqual([7, 7, 7, 0]);
    for (const make of [fab, fmn, ddn]) expect(spent(make({ threat }))).toEqual([104, 104, 104, 0]);
    const rows = Array.from({ length: 12 }, (_, at) => [Math.cos(at), Math.sin(at)]);
    const logits = linearLogits(
      rows,
      rows.map(() => 0),
    );
    const many = (classes?: number) =>
      fab({ ...once, steps: 3, classes })(logits.model, tensor2d([[1, 0]]), tensor1d([0], 'int32'), options)
        .gradients[0];
    expect([many(), many(4), many(50)]).toEqual([27, 9, 33]);
    // One look at the input, one at each end of a step, and the line search.
    const plain = deepFool({ ...once, lineSearch: 5 })(model, tensor2d(x), tensor1d(y), options);
    expect([...(plain.queries ?? [])]).toEqual([9, 9, 9, 1]);
    // Whom to leave is known where there is a target: the model is not asked for the strongest classes.
    const goal = { target: y.map((label) => -label) };
    const told = deepFool({ ...once, lineSearch: 5 })(model, tensor2d(x), tensor1d(y), { ...options, goal });
    expect([...told.queries]).toEqual([8, 8, 8, 1]);
  });

  it.each(norms)('smallestEps gives an attack its own radii: a whole step of fgm is exact in $name', (norm) => {
    const attack = smallestEps((threat) => fgm({ threat }), { threat: ball(norm, Infinity), first: 0.1, halvings: 12 });
    const dual = { l1: 4, l2: 5, linf: 7 }[norm.name];
    expect(distances(attack, model, x, y)).toBeAllClose([3 / dual, 2 / dual, 6 / dual, 0], { relative: 1e-3 });
    expect(attack.label).toBe(`smallest eps of FGM-${norm.name}`);
  });

  it('smallestEps goes on between radii where an attack finds something closer than a radius that failed', () => {
    const tried: number[] = [];
    const short = (threat: Threat): Attack => {
      const attack = bim({ threat, steps: 1, stepSize: 0.35 });
      const seen = ((...call: Parameters<Attack>) => {
        tried.push(call[3].eps?.[0] as number);
        return attack(...call);
      }) as Attack;
      return Object.assign(seen, { label: attack.label, threat, perturb: attack.perturb });
    };
    const { model: score } = linearScore([-1], 0.05);
    const attack = smallestEps(short, { threat: ball(linf, Infinity), first: 0.02, halvings: 12 });
    const { distance } = attack(score, tensor2d([[0]]), tensor1d([1]), options);
    expect(tried.at(-1)).toBeAllClose(0.05 / 0.35, { relative: 1e-3 });
    expect(distance[0]).toBeAllClose(0.05, { relative: 1e-3 });
  });

  it('smallestEps stops at the largest radius that counts, and pays for its attacks', () => {
    const threat = ball(l2, 0.5);
    const result = smallestEps((own) => pgd({ threat: own, steps: 20 }), { threat, halvings: 3 })(
      model,
      tensor2d(x),
      tensor1d(y),
      options,
    );
    expect(result.success).toEqual([false, true, false, true]);
    expect(result.distance[1]).toBeGreaterThan(0.4);
    expect(result.distance[1]).toBeLessThan(0.4376); // the last of three halvings of .5
    expect([...result.gradients].map((spent) => spent > 20)).toEqual([false, true, false, false]);
    expect([result.gradients[0], result.gradients[3]]).toEqual([20, 0]);
  });
});
