// Bounds of layered networks against values worked by hand, and against plain programs in double precision.
import {
  ball,
  classifier,
  describeThreat,
  InputError,
  key,
  l1,
  l2,
  linf,
  type Network,
  type Params,
  type Threat,
  withMask,
} from '@advml/core';
import {
  activation,
  cnn,
  convolution,
  dense,
  flatten,
  layeredNetwork,
  maxPooling,
  mlp,
  residual,
  sequential,
  symmetricTwoLayer,
} from '@advml/networks';
import { expectNoLeak, linearWorstCase } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { scalar, slice, tanh, tensor, tensor1d, tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crown, intervalBound, lipschitzBound } from '../src/index.ts';
import { crownMargins, intervalMargins, type Matrix, type PlainMlp } from './plain-bounds.ts';
import { randomTwin } from './plain-networks.ts';

beforeAll(async () => {
  await useWasm();
});

const all = { intervalBound, crown, lipschitzBound };

const boundOf = async (
  certifier: ReturnType<typeof crown>,
  model: ReturnType<typeof classifier>,
  x: readonly number[],
  label: number,
) => (await certifier(model, tensor2d([[...x]]), tensor1d([label]))).bound[0];

/** A perceptron from its matrices and biases, each as rows. */
function perceptron(layers: readonly { weight: Matrix; bias: readonly number[] }[], outputs: number | 'score') {
  const hidden = layers.slice(0, -1).map(({ bias }) => bias.length);
  const network = mlp({ inputs: layers[0].weight[0].length, hidden, outputs });
  const params = Object.fromEntries(
    layers.flatMap(({ weight, bias }, at) => [
      [`layer${at + 1}.weight`, tensor2d(weight.map((row) => [...row]))],
      [`layer${at + 1}.bias`, tensor1d([...bias])],
    ]),
  );
  return classifier(network, params);
}

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
      for (const make of Object.values(all)) {
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

describe('norms of layers', () => {
  it('are near the largest singular value, and never below', async () => {
    const weight = key('w').normal(30 * 20);
    const rows = Array.from({ length: 30 }, (_, row) => Array.from(weight.subarray(row * 20, (row + 1) * 20)));
    // f = sum over neurons, weights 1: L = sqrt(30) sigma.
    const model = perceptron(
      [
        { weight: rows, bias: new Array(30).fill(100) },
        { weight: [new Array(30).fill(1)], bias: [-3000] },
      ],
      'score',
    );
    const at = await boundOf(lipschitzBound({ threat: ball(l2, 1) }), model, new Array(20).fill(0), 1);
    const exact = -Math.sqrt(30) * largestSingularValue(rows);
    expect(at).toBeLessThanOrEqual(exact);
    expect(at / exact).toBeLessThan(1.01);
  });

  // The middle pixel of 3 x 3 is the largest of all four windows of 2 x 2: f falls four times as fast as it.
  it.each([l1, l2, linf])('of max pooling count the windows of an entry, in $name', async (norm) => {
    const network = layeredNetwork({
      name: 'windows',
      inputShape: [3, 3, 1],
      layers: sequential({
        pool: maxPooling({ size: 2, stride: 1 }),
        flatten: flatten(),
        dense: dense({ neurons: 1 }),
      }),
    });
    const model = classifier(network, { 'dense.weight': tensor2d([[1, 1, 1, 1]]), 'dense.bias': tensor1d([0]) });
    const x = tensor4d([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 3, 3, 1]);
    const { bound } = await lipschitzBound({ threat: ball(norm, 0.1) })(model, x, tensor1d([1]));
    expect(bound[0]).toBeCloseTo(4 - 0.4, 4);
  });

  it('of convolutions are near theirs on a torus', async () => {
    const filter = key('conv').normal(4 * 9 * 2, 0.3);
    const network = layeredNetwork({
      name: 'conv',
      inputShape: [16, 16, 2],
      layers: sequential({
        conv: convolution({ filters: 4 }),
        act: activation(),
        flatten: flatten(),
        dense: dense({ neurons: 1 }),
      }),
    });
    const params: Params = {
      'conv.weight': tensor4d(filter, [4, 2, 3, 3]),
      'conv.bias': tensor1d([9, 9, 9, 9]),
      'dense.weight': tensor2d(key('last').normal(1024, 1), [1, 1024]),
      'dense.bias': tensor1d([0]),
    };
    const norm = Math.hypot(...key('last').normal(1024, 1));
    const still = { threat: ball(l2, 0) };
    const one = { threat: ball(l2, 1) };
    const x = tensor4d(new Float32Array(512), [1, 16, 16, 2]);
    const model = classifier(network, params);
    const [at0, at1] = await Promise.all(
      [still, one].map((options) => lipschitzBound(options)(model, x, tensor1d([1]))),
    );
    const constant = (at0.bound[0] - at1.bound[0]) / norm;
    const exact = convolutionNorm(filter);
    expect(constant).toBeGreaterThanOrEqual(exact * (1 - 1e-6));
    expect(constant / exact).toBeLessThan(1.05);
  });
});

/** The largest singular value of a matrix, by power iteration in double precision. */
function largestSingularValue(rows: Matrix): number {
  let v = rows[0].map((_, at) => Math.sin(at + 1));
  let size = 0;
  for (let round = 0; round < 2000; round++) {
    const u = rows.map((row) => row.reduce((sum, one, at) => sum + one * v[at], 0));
    const back = v.map((_, at) => rows.reduce((sum, row, i) => sum + row[at] * u[i], 0));
    size = Math.hypot(...back);
    v = back.map((one) => one / size);
  }
  return Math.sqrt(size);
}

/** That of a convolution of 4 filters [4, 2, 3, 3] on images [16, 16, 2] with zeros around, by power iteration. */
function convolutionNorm(filter: Float32Array): number {
  const side = 16;
  const visit = (step: (out: number, within: number, weight: number) => void) => {
    for (let o = 0; o < 4; o++)
      for (let c = 0; c < 2; c++)
        for (let i = 0; i < 9; i++)
          for (let p = 0; p < side * side; p++) {
            const [row, column] = [Math.floor(p / side) + Math.floor(i / 3) - 1, (p % side) + (i % 3) - 1];
            if (row >= 0 && column >= 0 && row < side && column < side)
              step(p * 4 + o, (row * side + column) * 2 + c, filter[(o * 2 + c) * 9 + i]);
          }
  };
  let v = Float64Array.from({ length: side * side * 2 }, (_, at) => Math.sin(3 * at + 1));
  let size = 0;
  for (let round = 0; round < 60; round++) {
    const [u, back] = [new Float64Array(side * side * 4), new Float64Array(v.length)];
    visit((out, within, weight) => {
      u[out] += weight * v[within];
    });
    visit((out, within, weight) => {
      back[within] += weight * u[out];
    });
    size = Math.hypot(...back);
    v = back.map((one) => one / size);
  }
  return Math.sqrt(size);
}

describe('every layered certifier', () => {
  const twin = () => randomTwin(7);
  const examples = (network: Network, count: number) => ({
    x: tensor(key('batch').normal(count * 16, 0.5), [count, ...network.inputShape]),
    y: tensor1d(new Array(count).fill(1), network.output === 'score' ? 'float32' : 'int32'),
  });

  it.each(Object.entries(all))('%s gives the same bits whatever the batch', async (_name, make) => {
    const { network, params } = twin();
    const model = classifier(network, params);
    const { x, y } = examples(network, 5);
    const certify = make({ threat: ball(l2, 0.2) });
    const together = await certify(model, x, y);
    const parts = [];
    for (let at = 0; at < 5; at++) parts.push((await certify(model, slice(x, at, 1), slice(y, 0, 1))).bound[0]);
    expect(parts).toEqual(Array.from(together.bound));
  });

  it.each(Object.entries(all))('%s leaves no tensors', async (_name, make) => {
    const { network, params } = twin();
    const { x, y } = examples(network, 3);
    await expectNoLeak(() => make({ threat: ball(l2, 0.2) })(classifier(network, params), x, y));
    await expectNoLeak(() => make({ threat: ball(linf, 0.2) }).classes(classifier(network, params), x, y));
  });

  it.each(Object.entries(all))('%s says what it is', (_name, make) => {
    const threat = ball(linf, 0.1, { low: 0, high: 1 });
    expect(make({ threat }).label).toMatch(/^(IBP|CROWN,|Lipschitz) linf eps 0.1 in \[0, 1\]$/);
    expect(make({ threat }).threat).toBe(threat);
  });

  it.each(Object.entries(all))('%s refuses what it cannot do', async (name, make) => {
    const threat = ball(l2, 0.1);
    const x = tensor2d([[1, 2]]);
    const y = tensor1d([1]);
    expect(() => make({ threat: ball(l2, Infinity) })).toThrow(/needs a finite eps, got Infinity/);
    expect(() => make({ threat, epsilon: 1 } as never)).toThrow(/has no option 'epsilon'/);
    expect(() => make({} as never)).toThrow(InputError);
    await expect(make({ threat })(scalar as never, x, y)).rejects.toThrow();
    const own = () => tensor1d([1]);
    await expect(make({ threat })(own, x, y)).rejects.toThrow(`${name} needs a model that tells its layers`);
    const smooth = mlp({ inputs: 2, hidden: [3], outputs: 'score', activation: tanh });
    await expect(make({ threat })(classifier(smooth, smooth.init(key('init'))), x, y)).rejects.toThrow(
      /layer 'activation1' \(activation\); they go through .* piecewiseLinear/,
    );
    const grouped = cnn({ inputs: [4, 4, 1], filters: [2], norm: 'group', hidden: [], outputs: 'score' });
    const model = classifier(grouped, grouped.init(key('init')));
    await expect(make({ threat })(model, tensor(new Float32Array(16), [1, 4, 4, 1]), y)).rejects.toThrow(
      /'norm1' \(group/,
    );
  });

  it.each(Object.entries(all))('%s refuses weights that are not finite, where the output is', async (_name, make) => {
    const network = mlp({ inputs: 2, hidden: [3], outputs: 'score' });
    const params = {
      ...network.init(key('init')),
      'layer1.weight': tensor2d([
        [1, Number.NaN],
        [1, 1],
        [1, 1],
      ]),
    };
    const blind = Object.assign(() => tensor1d([1]), { steps: () => network.steps!(params) });
    await expect(make({ threat: ball(l2, 0.1) })(blind, tensor2d([[1, 2]]), tensor1d([1]))).rejects.toThrow(
      /weights of layer 'layer1' must be finite, got NaN/,
    );
  });

  it('crown refuses steps and neurons that are no counts', () => {
    const threat = ball(l2, 0.1);
    expect(() => crown({ threat, steps: -1 })).toThrow(/steps must be an integer >= 0, got -1/);
    expect(() => crown({ threat, neurons: 0.5 })).toThrow(/neurons must be an integer >= 0, got 0.5/);
  });

  it('bounds of classes have the least as that of the margin', async () => {
    const { network, params } = randomTwin(4);
    const count = network.inputShape[0];
    const x = tensor2d(key('rows').normal(3 * count), [3, count]);
    const y = tensor1d([0, 1, 2], 'int32');
    const certify = crown({ threat: ball(linf, 0.1) });
    const [{ bound }, rows] = [
      await certify(classifier(network, params), x, y),
      await certify.classes(classifier(network, params), x, y),
    ];
    expect(rows.map((row, at) => row[at])).toEqual([Infinity, Infinity, Infinity]);
    expect(rows.map((row) => Math.min(...row))).toEqual(Array.from(bound));
  });
});
