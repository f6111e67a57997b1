// Bounds of layered networks against values worked by hand, and against plain programs in double precision.
import { ball, classifier, describeThreat, key, l1, l2, linf, type Step, type Threat, withMask } from '@advml/core';
import { denseStep } from '@advml/core/internal';
import {
  activation,
  dense,
  flatten,
  layeredNetwork,
  maxPooling,
  residual,
  sequential,
  symmetricTwoLayer,
} from '@advml/networks';
import { linearWorstCase } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { scalar, tensor1d, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crown, intervalBound, lipschitzBound } from '../src/index.ts';
import { boundOf, perceptron } from './perceptrons.ts';
import { crownMargins, intervalMargins, type PlainMlp } from './plain-bounds.ts';

beforeAll(async () => {
  await useWasm();
});

describe('a network worked by hand: relu(x1 + x2) - relu(x1 - x2) at (1, 0.5)', () => {
  const model = () =>
    perceptron(
      [
        {
          weight: [
            [1, 1],
            [1, -1],
          ],
          bias: [0, 0],
        },
        { weight: [[1, -1]], bias: [0] },
      ],
      'score',
    );
  // In linf of radius 0.5 the first neuron is in [0.5, 2.5], the second in [-0.5, 1.5]; f = 1 at x.
  it('by intervals is 0.5 - 1.5', async () => {
    expect(await boundOf(intervalBound({ threat: ball(linf, 0.5) }), model(), [1, 0.5], 1)).toBeCloseTo(-1, 4);
  });
  // The upper line of the second is 0.75 (z + 0.5): f >= x1 + x2 - 0.75 (x1 - x2) - 0.375 = 0.25 x1 + 1.75 x2 - 0.375.
  it('by CROWN is the least value of a line', async () => {
    expect(await boundOf(crown({ threat: ball(linf, 0.5) }), model(), [1, 0.5], 1)).toBeCloseTo(0.75 - 1, 5);
    // l2 of radius 0.5: the neurons reach 0.5 sqrt(2) farther; the second is in [-0.2071, 1.2071].
    const [l, u] = [0.5 - Math.SQRT1_2, 0.5 + Math.SQRT1_2];
    const slope = u / (u - l);
    const line = (1 - slope) * 1 + (1 + slope) * 0.5 + slope * l - 0.5 * Math.hypot(1 - slope, 1 + slope);
    expect(await boundOf(crown({ threat: ball(l2, 0.5) }), model(), [1, 0.5], 1)).toBeCloseTo(line, 5);
    // l1 of radius 0.25: the second is in [0.25, 0.75], so that f = 2 x2.
    expect(await boundOf(crown({ threat: ball(l1, 0.25) }), model(), [1, 0.5], 1)).toBeCloseTo(1 - 0.5, 5);
  });
  // For the label -1 a lower line of relu(z2) is wanted: z2 itself, for 1.5 > 0.5. -f >= -2 x2.
  it('by CROWN takes the steep line below where the neuron is mostly on', async () => {
    expect(await boundOf(crown({ threat: ball(linf, 0.5) }), model(), [1, 0.5], -1)).toBeCloseTo(-2, 5);
  });
  // |c| = sqrt(2) and |W1|_2 = sqrt(2): L = 2. In linf: |c|_1 = 2, |W1| = 2. In l1: 1 and 2.
  it('by Lipschitz constants is 1 - eps L', async () => {
    for (const [norm, constant] of [
      [l2, 2],
      [linf, 4],
      [l1, 2],
    ] as const)
      expect(await boundOf(lipschitzBound({ threat: ball(norm, 0.1) }), model(), [1, 0.5], 1)).toBeCloseTo(
        1 - 0.1 * constant,
        2,
      );
  });
  // x1 in [1, 1.5] only, x2 fixed: z1 >= 1.5, z2 <= 1, both on: f = 2 x2 = 1.
  it('takes box and mask into account', async () => {
    const threat = withMask(ball(linf, 0.5, { low: 1 / 2, high: 1.5 }), [true, false]);
    for (const make of [intervalBound, crown]) {
      const bound = await boundOf(make({ threat }), model(), [1, 0.5], 1);
      expect(bound).toBeCloseTo(make === crown ? 1 : 1 - 1, 5);
    }
  });
});

describe('a linear model', () => {
  const weight = [0.7, -1.3, 0.2, 0, 2.1];
  const x = [0.1, 0.9, 0.4, 0.3, 0.05];
  const box = { low: 0, high: 1 };
  it.each(
    [l1, l2, linf].flatMap((norm) => [
      ball(norm, 0.3),
      ball(norm, 0.3, box),
      withMask(ball(norm, 0.3, box), [true, true, false, true, false]),
    ]),
  )('is bounded exactly: %o', async (threat: Threat) => {
    const [own, given] = [weight, x].map((numbers) => numbers.map(Math.fround));
    const delta = linearWorstCase(
      own.map((one) => -one),
      given,
      threat,
    );
    const exact = own.reduce((sum, one, at) => sum + one * (given[at] + delta[at]), 0.25);
    for (const make of [intervalBound, crown]) {
      const bound = await boundOf(make({ threat }), perceptron([{ weight: [weight], bias: [0.25] }], 'score'), x, 1);
      expect(bound, describeThreat(threat)).toBeLessThanOrEqual(exact);
      expect(bound, describeThreat(threat)).toBeGreaterThan(exact - 3e-6);
    }
  });
});

describe('rounding', () => {
  it('lifts no bound above the exact value, whichever way a float32 sum is off', async () => {
    const half = 150;
    let off = 0;
    for (let seed = 0; seed < 12; seed++) {
      const [large, x, small] = ['w', 'x', 'small'].map((name) =>
        Array.from(key('rounding', seed, name).normal(half, 1)),
      );
      // Large products that cancel: the sum is small beside what float32 loses of it.
      const weight = [...large.map((one) => 1e4 * one), ...large.map((one, at) => -1e4 * one + 0.1 * small[at])].map(
        Math.fround,
      );
      const input = [...x, ...x];
      const exact = weight.reduce((total, one, at) => total + one * input[at], 50);
      const layers = [
        { weight: [weight], bias: [50] },
        { weight: [[1]], bias: [0] },
      ];
      for (const make of [intervalBound, crown, lipschitzBound]) {
        const bound = await boundOf(make({ threat: ball(linf, 0) }), perceptron(layers, 'score'), input, 1);
        expect(bound).toBeLessThanOrEqual(exact);
        off = Math.max(off, exact - bound);
      }
    }
    expect(off).toBeLessThan(300); // of 300 products of the size 10,000
  });
});

/** A random perceptron as plain arrays of float32 numbers. */
function randomMlp(sizes: readonly number[], seed: number): PlainMlp {
  return sizes.slice(1).map((out, at) => {
    const source = key('mlp', seed, at);
    const [within, weights] = [sizes[at], source.child('w').normal(out * sizes[at], Math.sqrt(2 / sizes[at]))];
    return {
      weight: Array.from({ length: out }, (_, row) => Array.from(weights.subarray(row * within, (row + 1) * within))),
      bias: Array.from(source.child('b').normal(out, 0.2)),
    };
  });
}

describe('perceptrons as a plain program bounds them', () => {
  const sizes = [6, 9, 8, 4];
  const inputs = key('x').normal(6 * 5, 1);
  const x = Array.from({ length: 5 }, (_, at) => Array.from(inputs.subarray(at * 6, (at + 1) * 6)));
  it.each([l1, l2, linf])('in $name, against every class', async (norm) => {
    const plain = randomMlp(sizes, 7);
    const model = perceptron(plain, 4);
    for (const eps of [0.02, 0.2, 0.7]) {
      const y = tensor1d(
        x.map((_, at) => at % 4),
        'int32',
      );
      const threat = ball(norm, eps);
      const bounds = {
        intervals: await intervalBound({ threat }).classes(model, tensor2d(x), y),
        crown: await crown({ threat }).classes(model, tensor2d(x), y),
        crownIbp: await crown({ threat, neurons: 0 }).classes(model, tensor2d(x), y),
      };
      for (const [at, row] of x.entries()) {
        const label = at % 4;
        const byIntervals = intervalMargins(plain, row, norm.name, eps, label);
        const best = (margins: readonly number[]) => margins.map((one, k) => Math.max(one, byIntervals[k]));
        expect(Array.from(bounds.intervals[at])).toEqual(lowerAndNear(byIntervals));
        expect(Array.from(bounds.crown[at])).toEqual(
          lowerAndNear(best(crownMargins(plain, row, norm.name, eps, label, 'crown'))),
        );
        expect(Array.from(bounds.crownIbp[at])).toEqual(
          lowerAndNear(best(crownMargins(plain, row, norm.name, eps, label, 'intervals'))),
        );
      }
    }
  });
});

/** Numbers that are not above others, and not more than rounding below. */
function lowerAndNear(exact: readonly number[]) {
  return exact.map((one) => ({
    asymmetricMatch: (given: number) => given === one || (given <= one && given >= one - 1e-4 * (1 + Math.abs(one))),
    toString: () => `a little below ${one}`,
  }));
}

describe('optimised slopes', () => {
  it('raise bounds, and lower none', async () => {
    const model = perceptron(randomMlp([6, 20, 20, 3], 3), 3);
    const x = tensor2d(key('x').normal(60), [10, 6]);
    const y = tensor1d(
      Array.from({ length: 10 }, (_, at) => at % 3),
      'int32',
    );
    const threat = ball(linf, 0.3);
    const [plain, steep] = [await crown({ threat })(model, x, y), await crown({ threat, steps: 20 })(model, x, y)];
    for (const [at, bound] of steep.bound.entries()) expect(bound).toBeGreaterThanOrEqual(plain.bound[at]);
    const gain = steep.bound.reduce((sum, bound, at) => sum + bound - plain.bound[at], 0) / 10;
    expect(gain).toBeGreaterThan(0.1);
  });

  // relu(z) - relu(z) / 2 with z in [-1, 3] to be bounded from below by both lines: the best slope is where the plane is flat.
  it('come to the best slope of a network with one neuron', async () => {
    // f = relu(x1) - x1 / 2 + 1/4 at x1 = 0.5, radius 1.5: relu(z) >= a z gives -(a - 1/2) and 2 (a - 1/2) at the ends; a = 1/2 is best.
    const model = perceptron(
      [
        { weight: [[1], [1]], bias: [0, 10] },
        { weight: [[1, -0.5]], bias: [5.25] },
      ],
      'score',
    );
    const threat = ball(linf, 1.5);
    expect(await boundOf(crown({ threat }), model, [0.5], 1)).toBeCloseTo(-0.25, 4); // a = 1: x1 / 2 + 1/4 at -1
    expect(await boundOf(crown({ threat, steps: 40 }), model, [0.5], 1)).toBeCloseTo(0.25, 1);
  });
});

describe('what the parts of images do', () => {
  const image = (pixels: readonly number[]) => tensor4d([...pixels], [1, 2, 2, 1]);
  // max over one window of 2 x 2, pixels within 0.2: the largest stays above 0.9 - 0.2 and below 0.9 + 0.2.
  it('maxima are bounded by their largest entry', async () => {
    const network = layeredNetwork({
      name: 'max',
      inputShape: [2, 2, 1],
      layers: sequential({ pool: maxPooling(), flatten: flatten(), dense: dense({ neurons: 1 }) }),
    });
    for (const [sign, least] of [
      [1, 0.7],
      [-1, -1.1],
    ]) {
      const params = { 'dense.weight': tensor2d([[sign]]), 'dense.bias': tensor1d([0]) };
      for (const make of [intervalBound, crown]) {
        const certify = make({ threat: ball(linf, 0.2) });
        const { bound } = await certify(classifier(network, params), image([0.1, 0.9, 0.2, 0.3]), tensor1d([1]));
        expect(bound[0]).toBeCloseTo(least, 5);
      }
    }
  });

  // z -> z + relu(z) with both branches from one neuron: 2 z where it is on. Intervals count them apart, which is exact here.
  it('residual sums add their branches', async () => {
    const network = layeredNetwork({
      name: 'sum',
      inputShape: [1],
      layers: sequential({
        block: residual({ body: sequential({ act: activation() }) }),
        dense: dense({ neurons: 1 }),
      }),
    });
    const params = { 'dense.weight': tensor2d([[1]]), 'dense.bias': tensor1d([0]) };
    for (const [make, least] of [
      [intervalBound, -0.5],
      [crown, -0.5],
    ] as const)
      expect(await boundOf(make({ threat: ball(linf, 1) }), classifier(network, params), [0.5], 1)).toBeCloseTo(
        least,
        5,
      );
    // From above: 1.5 + 1.5 by intervals; by CROWN z + 0.75 (z + 0.5) at z = 1.5, the same.
    expect(await boundOf(crown({ threat: ball(linf, 1) }), classifier(network, params), [0.5], -1)).toBeCloseTo(-3, 5);
  });

  // relu(x1) + relu(x1) + relu(x2) at (1, 1): each neuron falls by the radius.
  it.each([[[1, 1, 2]], [[1, 2, 1]], [[2, 1, 1]]])('sums take a value as often as they have it: %o', async (from) => {
    const part = (weight: number[]) => denseStep([1, 2], () => tensor2d([weight]));
    const steps = (): Step[] => [
      { name: 'relu', shape: [2], kind: 'bend', pieces: { knots: [0], slopes: [0, 1], value: 0 } },
      { name: 'first', ...part([1, 0]), from: [1] },
      { name: 'second', ...part([0, 1]), from: [1] },
      { name: 'sum', shape: [1], kind: 'sum', from: from.map((value) => value + 1) },
    ];
    const model = Object.assign(() => tensor1d([3]), { steps });
    for (const make of [intervalBound, crown])
      expect(await boundOf(make({ threat: ball(linf, 0.1) }), model, [1, 1], 1)).toBeCloseTo(3 - 3 * 0.1, 5);
  });

  it('every threshold of the symmetric network is one function, bounded jointly', async () => {
    // s(u) = relu(u - 1) - relu(-u - 1) for u in [-2, 3] from u = 0.5: the line below of least area.
    const network = symmetricTwoLayer({ inputs: 1, neurons: 1, initialDeviation: 1, evaluation: 'plain' });
    const model = classifier(network, { weight: tensor2d([[1]]), bias: scalar(1) });
    // Convex envelope on [-2, 3]: from (-2, -1) to (1, 0) with slope 1/3, then slope 1; the middle 0.5 is left of 1.
    expect(await boundOf(crown({ threat: ball(l2, 2.5) }), model, [0.5], 1)).toBeCloseTo(-1, 5);
    expect(await boundOf(intervalBound({ threat: ball(l2, 2.5) }), model, [0.5], 1)).toBeCloseTo(-1, 5);
    expect(await boundOf(crown({ threat: ball(l2, 0.5) }), model, [1.25], 1)).toBeCloseTo(0, 5);
  });
});
