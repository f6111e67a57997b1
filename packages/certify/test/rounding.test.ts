// What float32 loses of weights, products and squares is counted by every bound.
import { ball, type Classifier, classifier, key, l1, l2, linf, type PiecewiseLinear, type Step } from '@advml/core';
import { denseStep } from '@advml/core/internal';
import {
  activation,
  averagePooling,
  batchNormalization,
  dense,
  flatten,
  globalAveragePooling,
  layeredNetwork,
  residual,
  sequential,
} from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { fill, matMul, ones, reshape, type Tensor, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { crown, exactBound, intervalBound, lipschitzBound } from '../src/index.ts';
import { regionOf } from '../src/layered/region.ts';
import { gamma } from '../src/layered/rounding.ts';
import { inputInterval } from '../src/layered/trace.ts';
import { boundOf, perceptron } from './perceptrons.ts';

beforeAll(async () => {
  await useWasm();
});

/** A chain of single neurons with relu between them; the last constant is given. */
const chain = (weights: readonly number[], last: number): Classifier =>
  perceptron(
    weights.map((weight, at) => ({ weight: [[weight]], bias: [at === weights.length - 1 ? last : 0] })),
    'score',
  );

/** `b (a x)` of one number without a bend between, as it goes into a relu, or a score. */
function product(a: readonly number[], b: readonly number[], bend = true): Classifier {
  const network = layeredNetwork({
    inputShape: [1],
    name: 'product',
    layers: sequential({
      a: dense({ neurons: a.length, bias: false }),
      b: dense({ neurons: 1, bias: false }),
      ...(bend && { relu: activation(), last: dense({ neurons: 1, bias: false }) }),
    }),
  });
  return classifier(network, {
    'a.weight': tensor2d(a.map((weight) => [weight])),
    'b.weight': tensor2d([[...b]]),
    ...(bend && { 'last.weight': tensor2d([[1]]) }),
  });
}

describe('weights whose squares or products underflow in float32', () => {
  // f(x) = x - 1 for x >= 0 in all of them, so that its least value on [0.5, 3.5] is -0.5.
  const chains = [
    [1e-24, 1e12, 1e12],
    [1e12, 1e-24, 1e12],
    [1e12, 1e12, 1e-24],
    [1e-30, 1e15, 1e15],
    [1e30, 1e-15, 1e-15],
  ];
  for (const norm of [l1, l2, linf])
    test(`keep their norms and ranges, in ${norm.name}`, async () => {
      for (const weights of chains)
        for (const factory of [lipschitzBound, crown, intervalBound]) {
          const { bound } = await factory({ threat: ball(norm, 1.5) })(
            chain(weights, -1),
            tensor2d([[2]]),
            tensor1d([1]),
          );
          expect(bound[0], `${factory.name} ${weights}`).toBeLessThanOrEqual(-0.5);
          expect(bound[0], `${factory.name} ${weights}`).toBeGreaterThan(-0.52);
        }
    });

  test('are counted where the products themselves vanish', async () => {
    // 64 products of 4e-46, each of which float32 rounds to 0, before a relu, and weights that bring their sum back to x.
    const network = layeredNetwork({
      inputShape: [1],
      name: 'vanishing',
      layers: sequential({
        a: dense({ neurons: 64, bias: false }),
        b: dense({ neurons: 1, bias: false }),
        relu: activation(),
        c: dense({ neurons: 1, bias: false }),
        relu2: activation(),
        d: dense({ neurons: 1 }),
      }),
    });
    const model = classifier(network, {
      'a.weight': fill([64, 1], 1e-30),
      'b.weight': fill([1, 64], 4e-16),
      'c.weight': tensor2d([[1e30]]),
      'd.weight': tensor2d([[-1e14 / 2.56]]),
      'd.bias': tensor1d([0.5]),
    });
    // In exact arithmetic y f = 0.5 - relu(x'); in float32 it is 0.5 everywhere near 0.
    for (const eps of [1.5, 1e9])
      for (const factory of [lipschitzBound, crown, intervalBound])
        expect(await boundOf(factory({ threat: ball(l2, eps) }), model, [0], 1), factory.name).toBeLessThanOrEqual(
          0.5 - 0.9999 * eps,
        );
  });

  test('are counted where coefficients vanish on the way back', async () => {
    // f(x) = x - 1e-9 for x >= 0; 1e-46 is 0 in float32, and the values before it are not small.
    const model = chain([1e30, 1e16, 1e-23, 1e-23], -1e-9);
    expect(await boundOf(crown({ threat: ball(linf, 1.5e-9) }), model, [2e-9], -1)).toBeLessThanOrEqual(-2.499e-9);
  });

  test('keep their norms beside coefficients that are larger by more than float32 holds', async () => {
    const model = product([1e-30, 1e30], [1e25, 1e-25], false); // 1e-5 x + 1e5 x
    expect(await boundOf(lipschitzBound({ threat: ball(l2, 1) }), model, [0], 1)).toBeLessThanOrEqual(-0.9999e5);
  });
});

test('sums of which float32 may lose all prove nothing', async () => {
  expect([2 ** 24, 2 ** 25].map(gamma)).toEqual([Infinity, Infinity]);
  const weight = tensor2d([[1, 1]]);
  const certify = lipschitzBound({ threat: ball(l2, 10) });
  for (const terms of [2 ** 20, 2 ** 23, 2 ** 24, Infinity]) {
    const steps = (): Step[] => [{ name: 'sum', ...denseStep([1, 2], () => weight), terms }];
    const model: Classifier = Object.assign((x: Tensor) => reshape(matMul(x as Tensor2D, weight, false, true), [-1]), {
      steps,
    });
    const proved = certify(model, tensor2d([[1, 1]]), tensor1d([1]));
    if (terms === 2 ** 20) expect((await proved).bound[0]).toBeLessThanOrEqual(2 - 10 * Math.SQRT2);
    else await expect(proved).rejects.toThrow(`got ${terms} in layer 'sum'`);
  }
});

test('slopes of two layers count what their sums lose, where large products cancel', async () => {
  // Beside 1 each of the small weights is lost: (1 + 1000 2^-25 - 1) x is 0 in float32.
  const small = new Array<number>(1000).fill(2 ** -25);
  const model = product(new Array(1002).fill(1), [1, ...small, -1]);
  for (const factory of [lipschitzBound, crown, intervalBound])
    expect(await boundOf(factory({ threat: ball(linf, 1) }), model, [0], -1), factory.name).toBeLessThanOrEqual(
      -1000 * 2 ** -25,
    );
});

/** `bias - relu(z) - relu(c z)` with `z = b (a x)`, of which the ball has narrowed z when c z is asked for. */
function narrowed(a: readonly (readonly number[])[], b: readonly number[], c: number, bias: number): Classifier {
  const network = layeredNetwork({
    inputShape: [a[0].length],
    name: 'narrowed',
    layers: sequential({
      a: dense({ neurons: a.length, bias: false }),
      b: dense({ neurons: 1, bias: false }),
      block: residual({
        body: activation(),
        shortcut: sequential({ c: dense({ neurons: 1, bias: false }), relu: activation() }),
      }),
      last: dense({ neurons: 1 }),
    }),
  });
  return classifier(network, {
    'a.weight': tensor2d(a.map((row) => [...row])),
    'b.weight': tensor2d([[...b]]),
    'block.shortcut.c.weight': tensor2d([[c]]),
    'last.weight': tensor2d([[-1]]),
    'last.bias': tensor1d([bias]),
  });
}

describe('slopes of three layers count what the first two lose, where large products cancel', () => {
  test('by hand', async () => {
    const small = new Array<number>(1000).fill(2 ** -25);
    const model = narrowed(new Array(1002).fill([1]), [1, ...small, -1], 1e4, 0.1);
    for (const factory of [lipschitzBound, crown, intervalBound])
      expect(await boundOf(factory({ threat: ball(linf, 1) }), model, [0], 1), factory.name).toBeLessThanOrEqual(
        0.1 - 10_001 * 1000 * 2 ** -25,
      );
  });

  test.each([l1, l2, linf])('whatever the numbers, in $name', async (norm) => {
    for (let seed = 0; seed < 6; seed++) {
      const draw = key('narrowed', seed);
      const [large, ...rows] = Array.from({ length: 300 }, (_, at) => Array.from(draw.child('a', at).uniform(4, 1, 2)));
      const a = [large, ...rows, large];
      const b = [1, ...draw.child('b').uniform(rows.length, 2 ** -27, 2 ** -25), -1];
      const c = Math.fround(10 ** draw.child('c').uniform(1, -1, 5)[0]);
      const slopes = large.map((_, at) => b.reduce((sum, weight, row) => sum + weight * a[row][at], 0));
      const dual = { l1: Math.max(...slopes), l2: Math.hypot(...slopes), linf: slopes.reduce((sum, one) => sum + one) };
      const exact = 1 - (1 + c) * dual[norm.name];
      for (const factory of [lipschitzBound, crown, intervalBound])
        expect(
          await boundOf(factory({ threat: ball(norm, 1) }), narrowed(a, b, c, 1), [0, 0, 0, 0], 1),
          `${factory.name} ${seed}`,
        ).toBeLessThanOrEqual(exact + 1e-12 * c);
    }
  });
});

describe('slopes that overflow on the way prove nothing', () => {
  /** `bias - relu(c b a x)` of a row a, a column b and a row c. */
  const model = (a: readonly number[], b: readonly number[], c: readonly number[], bias: number) => {
    const affine = (neurons: number) => dense({ neurons, bias: false });
    const network = layeredNetwork({
      inputShape: [a.length],
      name: 'large',
      layers: sequential({
        a: affine(1),
        b: affine(b.length),
        c: affine(1),
        relu: activation(),
        last: dense({ neurons: 1 }),
      }),
    });
    return classifier(network, {
      'a.weight': tensor2d([[...a]]),
      'b.weight': tensor2d(b.map((weight) => [weight])),
      'c.weight': tensor2d([[...c]]),
      'last.weight': tensor2d([[-1]]),
      'last.bias': tensor1d([bias]),
    });
  };

  test.each([l1, l2, linf])('by hand, in $name', async (norm) => {
    // The slopes are 0.5 and 5e39; in float32 the latter is infinite less infinite. The box lets each entry go one way only.
    const large = model([1e-20, 1e20], [1e20, 1e20], [1, -0.5], 1e26);
    for (const box of [undefined, { low: 0, high: 1 }])
      for (const factory of [lipschitzBound, crown, intervalBound])
        expect(
          await boundOf(factory({ threat: ball(norm, 1e-10, box) }), large, [0, 0], 1),
          factory.name,
        ).toBeLessThanOrEqual(1e26 - 4.9e29);
  });

  test.each([l1, l2, linf])('whatever the numbers, in $name', async (norm) => {
    for (let seed = 0; seed < 12; seed++) {
      const draw = key('large', seed);
      const powers = (name: string, count: number, low: number, high: number) =>
        Array.from(draw.child(name).uniform(count, low, high), (power) => Math.fround(10 ** power));
      const a = [...powers('small', 1, -22, -18), ...powers('large', 1, 18, 22)];
      const [b, c] = [powers('b', 3, 18, 22), Array.from(draw.child('c').normal(3))];
      const gain = b.reduce((sum, weight, at) => sum + weight * c[at], 0);
      const sizes = a.map((weight) => Math.abs(weight * gain));
      const dual = { l1: Math.max(...sizes), l2: Math.hypot(...sizes), linf: sizes[0] + sizes[1] }[norm.name];
      const [eps, bias] = [1e-10, Math.fround(1e25)];
      for (const factory of [lipschitzBound, crown, intervalBound])
        expect(
          await boundOf(factory({ threat: ball(norm, eps) }), model(a, b, c, bias), [0, 0], 1),
          `${factory.name} ${seed}`,
        ).toBeLessThanOrEqual(bias - eps * dual * (1 - 1e-12));
    }
  });
});

const SCALE = 500;
/** A number in double precision as a multiple of 2^-SCALE. */
const exactly = (value: number): bigint => {
  let [whole, powers] = [value, 0];
  for (; !Number.isInteger(whole); powers++) whole *= 2;
  return BigInt(whole) << BigInt(SCALE - powers);
};

describe('steep bends, whose terms are larger than what goes in and comes out', () => {
  const times = (a: bigint, b: bigint) => (a * b) >> BigInt(SCALE); // no bit is lost: SCALE is more than they have
  /** The function at t: v + s_0 (t - t_1) + the sum of (s_j - s_(j-1)) relu(t - t_j). */
  const bentAt = ({ knots, slopes, value }: PiecewiseLinear, t: number): bigint =>
    knots.reduce(
      (sum, knot, at) => {
        const beyond = exactly(t) - exactly(knot);
        return beyond > 0n ? sum + times(exactly(slopes[at + 1]) - exactly(slopes[at]), beyond) : sum;
      },
      exactly(value) + times(exactly(slopes[0]), exactly(t) - exactly(knots[0])),
    );
  const modelOf = (pieces: PiecewiseLinear, bias: number) => {
    const steps = (): Step[] => [
      { name: 'bend', kind: 'bend', shape: [1], pieces },
      {
        name: 'last',
        ...denseStep(
          [1, 1],
          () => tensor2d([[1]]),
          () => tensor1d([bias]),
        ),
      },
    ];
    return Object.assign(() => tensor1d([bias]), { steps });
  };
  const FACTORIES = [crown, intervalBound, lipschitzBound, exactBound];

  test('by hand: a fall from what cancels all but rounding', async () => {
    const [t, s] = [Math.fround(0.1), 1e12 / 3];
    const model = modelOf({ knots: [0, 1], slopes: [0, -s, 0], value: s * t }, 3e-7);
    for (const factory of FACTORIES) {
      const { bound } = await factory({ threat: ball(linf, 0) })(model, tensor2d([[t]]), tensor1d([1]));
      expect(bound[0], factory.name).toBeLessThanOrEqual(-2e-7); // 3e-7 - 5.086e-7
    }
  });

  test('whatever the pieces', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const draw = key('steep', seed);
      const knots = Array.from(draw.child('knots').uniform(3, -1, 1), (one, at) => one * 10 ** (at + 1)).sort(
        (a, b) => a - b,
      );
      const slopes = Array.from(draw.child('slopes').normal(4), (slope, at) =>
        at === seed % 4 ? 0 : (slope * 1e10) / 3,
      );
      const [t] = draw.child('t').uniform(1, -1, 1);
      const still = { knots, slopes, value: 0 };
      const pieces = { ...still, value: -Number(bentAt(still, t) >> BigInt(SCALE - 60)) / 2 ** 60 };
      for (const label of [1, -1]) {
        const bias = Math.fround(label * 1e-7);
        const exact = label * Number(bentAt(pieces, t) + exactly(bias)) * 2 ** -SCALE;
        for (const factory of FACTORIES) {
          const certify = factory({ threat: ball(l2, 0) });
          const { bound } = await certify(modelOf(pieces, bias), tensor2d([[t]]), tensor1d([label]));
          expect(bound[0], `${factory.name} ${seed}`).toBeLessThanOrEqual(exact);
        }
      }
    }
  });
});

test('ranges of inputs hold the ball, also where it is smaller than the rounding of the input', () => {
  for (const [at, x] of key('inputs').normal(20, 1e6).entries()) {
    const radius = 10 ** (at - 15);
    const region = regionOf(ball(linf, radius), radius, [x]);
    const { low, high } = inputInterval([x], [region], 1);
    for (const beyond of [exactly(x) - exactly(low[0]), exactly(high[0]) - exactly(x)]) {
      expect(beyond).toBeGreaterThanOrEqual(exactly(radius));
      expect(Number(beyond) * 2 ** -SCALE).toBeLessThan(radius * 1.01 + Math.abs(x) * 2 ** -49);
    }
  }
});

describe('entries that float32 rounds, in exactBound', () => {
  const certify = exactBound({ threat: ball(l2, 0), gap: 1e-3 });

  test('a mean of ninths less 1 is not above 0 at ones', async () => {
    for (const pool of [globalAveragePooling(), sequential({ own: averagePooling({ size: 3 }), flat: flatten() })])
      for (const relu of ['none', 'before', 'behind']) {
        const network = layeredNetwork({
          inputShape: [3, 3, 1],
          name: 'mean',
          layers: sequential({
            ...(relu === 'before' && { relu: activation() }),
            pool,
            ...(relu === 'behind' && { relu: activation() }),
            dense: dense({ neurons: 1 }),
          }),
        });
        const model = classifier(network, { 'dense.weight': tensor2d([[1]]), 'dense.bias': tensor1d([-1]) });
        const { bound } = await certify(model, ones([1, 3, 3, 1]), tensor1d([1]));
        expect(bound[0]).toBeLessThanOrEqual(0);
        expect(bound[0]).toBeGreaterThan(-1e-6);
      }
  });

  test('a gain of batch normalization is not what float32 makes of it', async () => {
    for (const [at, variance] of key('gain').uniform(40, 0.5, 2).entries()) {
      const [weight, own] = [3, Math.fround(variance)];
      const gain = weight / Math.sqrt(own + Math.fround(1e-5));
      const network = layeredNetwork({
        inputShape: [1],
        name: 'gain',
        layers: sequential({
          norm: batchNormalization(),
          ...(at % 2 && { relu: activation() }),
          dense: dense({ neurons: 1 }),
        }),
      });
      const constant = Math.fround(-gain);
      const model = classifier(network, {
        'norm.weight': tensor1d([weight]),
        'norm.bias': tensor1d([0]),
        'norm.running_mean': tensor1d([0]),
        'norm.running_var': tensor1d([own]),
        'dense.weight': tensor2d([[1]]),
        'dense.bias': tensor1d([constant]),
      });
      for (const label of [1, -1]) {
        const { bound } = await certify(model, tensor2d([[1]]), tensor1d([label]));
        expect(bound[0]).toBeLessThanOrEqual(label * (gain + constant));
        expect(bound[0]).toBeGreaterThan(label * (gain + constant) - 1e-5);
      }
    }
  });

  test('a plain matrix after a flattening is taken as it is', async () => {
    const network = layeredNetwork({
      inputShape: [2, 2, 1],
      name: 'plain',
      layers: sequential({ flat: flatten(), dense: dense({ neurons: 1 }) }),
    });
    const params = { 'dense.weight': tensor2d([[0.1, -0.3, 0.7, 0.9]]), 'dense.bias': tensor1d([-0.2]) };
    const exact = [0.1, -0.3, 0.7, 0.9, -0.2].reduce((sum, weight) => sum + Math.fround(weight), 0);
    const { bound } = await certify(classifier(network, params), ones([1, 2, 2, 1]), tensor1d([1]));
    expect(bound[0]).toBeLessThanOrEqual(exact);
    expect(exact - bound[0]).toBeLessThan(2.3 * 2 ** -30);
  });
});
