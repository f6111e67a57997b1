import { ball, type Classifier, key, l1, l2, linf, type StrictNorm } from '@advml/core';
import { linearWorstCase, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  add,
  memory,
  mul,
  sin,
  square,
  sub,
  sum,
  type Tensor1D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkpoints } from '../src/ascent/checkpoints.ts';
import { apgd, miFgsm, pgd, slide } from '../src/index.ts';

beforeAll(() => useWasm());

const options = { key: key('apgd', 0) };

describe('checkpoints', () => {
  it('are those of the paper at 100 steps', () => {
    expect(checkpoints(100)).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
  });

  it('are the shares rounded up at any other number', () => {
    // 22, 41, 57, 70, 80, 87, 93, 99 percent of 20, of 10 and of 50.
    expect(checkpoints(20)).toEqual([5, 9, 12, 14, 16, 18, 19, 20]);
    expect(checkpoints(10)).toEqual([3, 5, 6, 7, 8, 9, 10]);
    expect(checkpoints(50)).toEqual([11, 21, 29, 35, 40, 44, 47, 50]);
  });
});

/** A wavy score in three dimensions, as a model and as numbers. */
const [heights, pitches, phases] = [
  [1, -2, 1.5],
  [9, 14, 11],
  [0.3, 1, 2],
];
const wavy: Classifier = (x) =>
  tidy(() => sum(mul(sin(add(mul(x, tensor1d(pitches)), tensor1d(phases))), tensor1d(heights)), 1));
const waves = (x: readonly number[]) =>
  x.reduce((total, value, at) => total + heights[at] * Math.sin(pitches[at] * value + phases[at]), 0);
const waveSlopes = (x: readonly number[]) =>
  x.map((value, at) => heights[at] * pitches[at] * Math.cos(pitches[at] * value + phases[at]));

const cut = (value: number, eps: number) => Math.min(Math.max(value, -eps), eps);
const shrink = (delta: readonly number[], eps: number) => {
  const size = Math.hypot(...delta);
  return size > eps ? delta.map((value) => (value * eps) / size) : [...delta];
};
const geometry: Record<
  string,
  { step: (g: readonly number[]) => number[]; project: (d: readonly number[], eps: number) => number[] }
> = {
  linf: { step: (g) => g.map(Math.sign), project: (d, eps) => d.map((value) => cut(value, eps)) },
  l2: { step: (g) => g.map((value) => value / Math.hypot(...g)), project: shrink },
};

/** Algorithm 1 of the paper, for one example that wants the waves low, in double precision: all points it looks at. */
function paperPath(x: readonly number[], eps: number, norm: StrictNorm, steps: number): number[][] {
  const { step, project } = geometry[norm.name];
  const loss = (d: readonly number[]) => -waves(x.map((value, at) => value + d[at]));
  const towards = (d: readonly number[]) =>
    step(waveSlopes(x.map((value, at) => value + d[at])).map((value) => -value));
  const plus = (a: readonly number[], b: readonly number[], t: number) => a.map((value, at) => value + t * b[at]);
  const minus = (a: readonly number[], b: readonly number[]) => a.map((value, at) => value - b[at]);
  const watch = checkpoints(steps);
  let [eta, d, before] = [2 * eps, x.map(() => 0), x.map(() => 0)];
  let [best, atCheck, halved, last] = [d, Number.NaN, false, 0];
  const losses: number[] = [];
  const path: number[][] = [];
  for (let k = 0; k < steps; k++) {
    path.push(d);
    losses[k] = loss(d);
    if (losses[k] > loss(best)) best = d;
    if (k === 0) atCheck = losses[0];
    if (watch.includes(k)) {
      let successes = 0;
      for (let i = last; i < k; i++) if (losses[i + 1] > losses[i]) successes++;
      const tooFew = successes < 0.75 * (k - last);
      halved = tooFew || (!halved && atCheck === loss(best));
      if (halved) {
        eta /= 2;
        d = best;
        losses[k] = loss(best);
      }
      [atCheck, last] = [loss(best), k];
    }
    const z = project(plus(d, towards(d), eta), eps);
    const next = k === 0 ? z : project(plus(plus(d, minus(z, d), 0.75), minus(d, before), 0.25), eps);
    [before, d] = [d, next];
  }
  return [...path, d];
}

/** The perturbations that an attack asks the model about, from the first on that is not the clean look. */
function pathOf(attack: ReturnType<typeof apgd>, model: Classifier, x: readonly number[]): number[][] {
  const seen: number[][] = [];
  const watching: Classifier = (input) => {
    seen.push(numbersOf(input).map((value, at) => value - x[at]));
    return model(input);
  };
  attack(watching, tensor2d([[...x]]), tensor1d([1]), options).x.dispose();
  return seen.slice(1, -1);
}

describe('follows its algorithm', () => {
  const x = [0.4, -0.2, 0.7];

  it.each([l2, linf])('as written out for one example in $name', (norm) => {
    const steps = 40;
    const eps = 0.6;
    const path = pathOf(apgd({ threat: ball(norm, eps), steps, start: 'none', earlyStop: false }), wavy, x);
    const expected = paperPath(x, eps, norm, steps);
    expect(path.length).toBe(steps + 1);
    expect(path.flat()).toBeAllClose(expected.flat(), { absolute: 2e-3 });
  });

  it.each([l2, linf])('miFgsm gathers gradients of l1 size 1 and takes their steepest step in $name', (norm) => {
    const { step, project } = geometry[norm.name];
    const [eps, steps, decay] = [0.3, 8, 0.7];
    let [d, gathered] = [x.map(() => 0), x.map(() => 0)];
    const expected = [d];
    for (let k = 0; k < steps; k++) {
      const g = waveSlopes(x.map((value, at) => value + d[at])).map((value) => -value);
      const size = g.reduce((total, value) => total + Math.abs(value), 0);
      gathered = gathered.map((value, at) => decay * value + g[at] / size);
      const along = step(gathered);
      d = project(
        d.map((value, at) => value + (eps / steps) * along[at]),
        eps,
      );
      expected.push(d);
    }
    const path = pathOf(
      miFgsm({ threat: ball(norm, eps), steps, stepSize: 1 / steps, decay, earlyStop: false }),
      wavy,
      x,
    );
    expect(path.flat()).toBeAllClose(expected.flat(), { absolute: 1e-4 });
  });

  it('slide moves the entries above the quantile by the same amount', () => {
    const slopes = [4, -3, 0.5, -0.1, 0];
    const model: Classifier = (input) => tidy(() => sum(mul(input, tensor1d(slopes)), 1));
    const run = (quantile: number, box?: { low: number; high: number }) =>
      numbersOf(
        slide({ threat: ball(l1, 1, box), steps: 1, stepSize: 0.6, quantile }).perturb(
          model,
          tensor2d([[0, 0, 0, 0, 0]]),
          tensor1d([1]),
          options,
        ),
      );
    expect(run(0.99)).toBeAllClose([-0.6, 0, 0, 0, 0]);
    expect(run(0.6)).toBeAllClose([-0.3, 0.3, 0, 0, 0]);
    expect(run(0)).toBeAllClose([-0.15, 0.15, -0.15, 0.15, 0]);
    expect(run(0.6, { low: 0, high: 1 })).toBeAllClose([0, 0.3, 0, 0.3, 0]);
  });
});

describe('against spheres', () => {
  const [count, width] = [30, 5];
  const rows = Array.from({ length: count }, (_, at) => Array.from(key('sphere', at).uniform(width, -0.6, 0.6)));
  const radius = 0.7;
  const sphere: Classifier = (x) => tidy(() => sub(sum(square(x), 1), radius) as Tensor1D);
  const eps: Record<StrictNorm['name'], number> = { l1: 0.35, l2: 0.25, linf: 0.15 };

  /** The way out that gains most follows the input itself; the way in is the projection of minus the input. */
  const out = (x: readonly number[], norm: StrictNorm, box?: { low: number; high: number }) =>
    linearWorstCase(x, x, ball(norm, eps[norm.name], box));
  const levels = (x: readonly number[], amount: number) => {
    let [low, high] = [0, 1];
    for (let round = 0; round < 60; round++) {
      const level = (low + high) / 2;
      if (x.reduce((total, value) => total + Math.max(Math.abs(value) - level, 0), 0) > amount) low = level;
      else high = level;
    }
    return x.map((value) => cut(value, high));
  };
  const inside: Record<StrictNorm['name'], (x: readonly number[]) => number[]> = {
    l1: (x) => levels(x, eps.l1),
    l2: (x) => x.map((value) => value * Math.max(1 - eps.l2 / Math.hypot(...x), 0)),
    linf: (x) => x.map((value) => Math.sign(value) * Math.max(Math.abs(value) - eps.linf, 0)),
  };
  const values = (points: readonly (readonly number[])[]) =>
    points.map((point) => point.reduce((total, value) => total + value * value, -radius));

  it.each([l1, l2, linf])('finds the way in and the way out in $name, with and without a box', (norm) => {
    for (const box of [undefined, { low: -0.62, high: 0.62 }]) {
      const attack = apgd({ threat: ball(norm, eps[norm.name], box), start: 'none', steps: 100, earlyStop: false });
      const run = (label: number) =>
        attack(sphere, tensor2d(rows), tensor1d(Array<number>(count).fill(label)), options);
      const inwards = values(rows.map((x) => inside[norm.name](x))).map((value) => -value);
      const outwards = values(rows.map((x) => x.map((value, at) => value + out(x, norm, box)[at])));
      for (const [label, best] of [
        [1, inwards],
        [-1, outwards],
      ] as const) {
        if (norm === l1 && box && label === -1) continue; // many entries at their bounds: many local optima
        const { loss, success } = run(label);
        expect(loss).toBeAllClose(best, { absolute: 5e-3 });
        for (const [at, value] of best.entries()) if (Math.abs(value) > 5e-3) expect(success[at]).toBe(value > 0);
      }
    }
  });
});

describe('against brute force on a ReLU network in two dimensions', () => {
  const net = reluNet(11, { inputs: 2, hidden: 12 });
  const centres = [
    [0.2, 0.1],
    [-0.4, 0.6],
    [0.9, -0.3],
    [-1, -1],
    [0.05, -0.9],
  ];
  const eps = 0.5;
  const side = 161;
  const ticks = Array.from({ length: side }, (_, at) => eps * ((2 * at) / (side - 1) - 1));
  const grid = ticks.flatMap((a) => ticks.map((b) => [a, b]));
  const sizes: Record<StrictNorm['name'], (a: number, b: number) => number> = {
    l1: (a, b) => Math.abs(a) + Math.abs(b),
    l2: Math.hypot,
    linf: (a, b) => Math.max(Math.abs(a), Math.abs(b)),
  };
  const scoresOf = (points: number[][]) => tidy(() => numbersOf(net(tensor2d(points))));
  const moved = ([x, y]: number[]) => grid.map(([a, b]) => [x + a, y + b]);
  let labels: number[];
  /** How wrong the network is at each point of the grid around each centre. */
  let losses: number[][];
  beforeAll(() => {
    labels = scoresOf(centres).map(Math.sign);
    losses = centres.map((centre, at) => scoresOf(moved(centre)).map((score) => -labels[at] * score));
  });

  it.each([
    { norm: l1, box: undefined },
    { norm: l2, box: undefined },
    { norm: linf, box: undefined },
    { norm: l1, box: { low: -1, high: 1 } },
    { norm: l2, box: { low: -1, high: 1 } },
    { norm: linf, box: { low: -1, high: 1 } },
  ])('finds the worst point of a fine grid in $norm.name with box $box', ({ norm, box }) => {
    const inBall = grid.map(([a, b]) => sizes[norm.name](a, b) <= eps);
    const inBox = (point: number[]) => !box || point.every((value) => value >= box.low && value <= box.high);
    const bests = centres.map((centre, at) => {
      const points = moved(centre);
      return losses[at].reduce(
        (most, loss, i) => (inBall[i] && inBox(points[i]) ? Math.max(most, loss) : most),
        -Infinity,
      );
    });
    const STARTS = 40; // of each centre, as examples of their own
    const copies = <T>(each: T[]) => each.flatMap((one) => Array<T>(STARTS).fill(one));
    const attack = apgd({ threat: ball(norm, eps, box), earlyStop: false });
    const { loss, success } = attack(net, tensor2d(copies(centres)), tensor1d(copies(labels)), options);
    for (const [at, best] of bests.entries()) {
      const own = <T>(each: ArrayLike<T>) => Array.from(each).slice(at * STARTS, (at + 1) * STARTS);
      if (Math.abs(best) > 0.02) expect(own(success).includes(true)).toBe(best > 0);
      if (best < -0.02) expect(Math.max(...own(loss))).toBeAllClose(best, { absolute: 0.02 });
    }
  });
});

describe('memory', () => {
  it.each([
    ['apgd in l1', apgd({ threat: ball(l1, 0.3), steps: 12, shrinking: true, earlyStop: false })],
    ['apgd in l2', apgd({ threat: ball(l2, 0.3), steps: 12, earlyStop: false })],
    ['miFgsm', miFgsm({ threat: ball(l2, 0.3), steps: 12, earlyStop: false })],
    ['slide', slide({ threat: ball(l1, 0.3), steps: 12, earlyStop: false })],
  ])('does not grow with the steps of %s', (_, attack) => {
    const net = reluNet(3, { inputs: 4 });
    const held: number[] = [];
    const watching: Classifier = (input) => {
      held.push(memory().numTensors);
      return net(input);
    };
    const x = tensor2d(key('memory', 'x').normal(12), [3, 4]);
    attack(watching, x, tensor1d([1, -1, 1]), options).x.dispose();
    const steps = held.slice(2, -2);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(4);
  });
});

describe('beside pgd on a ReLU network', () => {
  const [count, width] = [80, 12];
  const net = reluNet(21, { inputs: width, hidden: 60, output: 'logits' });
  const x = () => tensor2d(key('beside', 'x').normal(count * width), [count, width]);
  const y = () => {
    const logits = tidy(() => numbersOf(net(x())));
    const best = (row: number[]) => row.indexOf(Math.max(...row));
    return tensor1d(
      Array.from({ length: count }, (_, at) => best(logits.slice(3 * at, 3 * at + 3))),
      'int32',
    );
  };

  it.each([
    { norm: l1, eps: 1.2 },
    { norm: l2, eps: 0.6 },
    { norm: linf, eps: 0.2 },
  ])('apgd is at least as strong for as many gradients in $norm.name', ({ norm, eps }) => {
    const plan = { threat: ball(norm, eps), steps: 40, earlyStop: false };
    const [auto, plain] = [apgd(plan), pgd(plan)].map((attack) => attack(net, x(), y(), options));
    const fooled = ({ success }: typeof auto) => success.filter(Boolean).length;
    const mean = ({ loss }: typeof auto) => loss.reduce((total, value) => total + value, 0) / count;
    expect(Array.from(auto.gradients)).toEqual(Array.from(plain.gradients));
    expect(fooled(auto)).toBeGreaterThanOrEqual(fooled(plain));
    expect(mean(auto)).toBeGreaterThan(mean(plain) - 1e-3);
    expect(fooled(auto)).toBeGreaterThan(count / 4);
    expect(fooled(auto)).toBeLessThan(count);
  });
});
