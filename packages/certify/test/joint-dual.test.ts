// The dual of the joint bound: its parts against brute force, and weak duality at any multipliers in any part of the ball.
import { ball, classifier, key, l2 } from '@advml/core';
import { gramOfRows, symmetricEigen } from '@advml/core/internal';
import { symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { scalar, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { jointBound, spectralNorm } from '../src/index.ts';
import { halves } from '../src/joint/branch.ts';
import { curvaturesOf } from '../src/joint/curvatures.ts';
import { startJoint } from '../src/joint/dual-ascent.ts';
import { neuronMinima } from '../src/joint/neuron-minima.ts';
import { isPositiveDefinite } from '../src/joint/positive-definite.ts';
import { productsWith } from '../src/joint/products.ts';
import { heightAt, profileOf } from '../src/joint/profile.ts';
import { spectrumOf } from '../src/joint/spectrum.ts';
import { trustRegion } from '../src/joint/trust-region.ts';
import { spectrumError, verifiedBounds } from '../src/joint/verified.ts';

beforeAll(async () => {
  await useWasm();
});

const noPace = async () => {};
const [inputs, neurons] = [3, 6];

/** The product of a matrix, row by row, with a vector. */
const times = (matrix: Float64Array, vector: ArrayLike<number>) =>
  Float64Array.from({ length: matrix.length / vector.length }, (_, i) =>
    Array.from(vector).reduce((sum, entry, j) => sum + matrix[i * vector.length + j] * entry, 0),
  );

/** Ranges of coordinates that hold some of the ball, the whole in every third trial. */
function regionOf(draw: ReturnType<typeof key>, trial: number, radius: number, size: number) {
  const [low, high] = [new Float64Array(size).fill(-radius), new Float64Array(size).fill(radius)];
  for (let j = 0; j < (trial % 3 === 0 ? 0 : size); j++)
    [low[j], high[j]] = Array.from(draw.child('range', j).uniform(2), (part) => (2 * part - 1) * radius).sort(
      (a, b) => a - b,
    );
  return { low, high };
}

describe('the dual of jointBound', () => {
  it('holds for whatever multipliers in whatever part, by weak duality', async () => {
    const ridges = { weight: tensor2d(key('duality').normal(18), [neurons, inputs]), knots: [0.4], slopes: [0, 1] };
    const spectrum = await spectrumOf(ridges.weight, noPace);
    expect(Math.max(...spectrum.curvatures)).toBeGreaterThan(1.2 * Math.min(...spectrum.curvatures));
    const error = await spectrumError(spectrum, noPace);
    const profile = profileOf(ridges);
    let inside = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const draw = key('multipliers', trial);
      const radius = 0.5 * draw.child('radius').uniform(1)[0];
      const u = times(spectrum.weight, draw.child('x').normal(inputs));
      const high = Float64Array.from(
        { length: neurons },
        (_, i) => radius * Math.hypot(...spectrum.weight.subarray(inputs * i, inputs * (i + 1))),
      );
      const moves = { low: high.map((move) => -move), high };
      const example = { u, moves, radius, reach: radius * (1 + 1e-12), roundings: 0 };
      const region = regionOf(draw, trial, example.reach, inputs);
      const g = Float64Array.from(draw.child('g').normal(neurons), (entry) => entry + 0.5);
      const best = { g, lambda: 0.1 + 5 * draw.child('lambda').uniform(1)[0] };
      const [{ bound, slack }] = verifiedBounds(spectrum, error, profile, [{ example, region, best }]);
      expect(slack).toBeLessThan(1e-8);
      for (let sample = 0; sample < 12; sample++) {
        const delta = draw.child('delta', sample).normal(inputs);
        const share = (sample % 3 === 0 ? 0.6 : 1) * (radius / Math.hypot(...delta));
        const point = delta.map((entry) => share * entry);
        const c = times(spectrum.basis, point);
        if (c.some((entry, j) => entry < region.low[j] || entry > region.high[j])) continue;
        inside++;
        const value = times(spectrum.weight, point).reduce((sum, v, i) => sum + heightAt(profile, u[i] + v), 0);
        expect(bound).toBeLessThanOrEqual(value + 1e-6);
      }
    }
    expect(inside).toBeGreaterThan(4000);
  });

  it('solves its trust region, also in the hard case, and bounds it in parts', () => {
    for (let trial = 0; trial < 500; trial++) {
      const draw = key('trust region', trial);
      const e = Float64Array.from(draw.child('e').uniform(2)).sort().reverse();
      const h = Float64Array.from(draw.child('h').normal(2));
      if (trial % 2 === 0) h[0] *= 1e-12; // nothing along the first eigenvector
      const [lambda, radius] = [1 + 5 * draw.child('lambda').uniform(1)[0], draw.child('radius').uniform(1)[0]];
      const region = regionOf(draw, trial, radius, 2);
      const c = new Float64Array(2);
      const { value, bent } = trustRegion(h, e, lambda, radius, region, c);
      expect(Math.hypot(...c)).toBeLessThanOrEqual(radius * (1 + 1e-12));
      let least = Infinity;
      for (let step = 0; step < 3600; step++)
        for (const share of [1, 0.8, 0.6, 0.4, 0.2, 0]) {
          const [a, b] = [Math.cos(step / 573), Math.sin(step / 573)].map((part) => share * radius * part);
          if (a < region.low[0] || a > region.high[0] || b < region.low[1] || b > region.high[1]) continue;
          least = Math.min(least, h[0] * a + h[1] * b - 0.5 * lambda * (e[0] * a * a + e[1] * b * b));
        }
      expect(value).toBeLessThanOrEqual(least + 1e-12);
      if (trial % 3 > 0) continue;
      expect(value).toBeGreaterThan(least - 1e-3 * (1 + lambda));
      if (trial % 2 === 0) continue;
      const mean = h[0] * c[0] + h[1] * c[1] - 0.5 * lambda * bent; // of the minimizers
      expect(mean).toBeCloseTo(value, 4);
    }
  });

  it('knows how far rounding may have moved the lines of the pieces, in exact arithmetic', () => {
    const unit = 2 ** 20;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 2, maxLength: 6 }),
        fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { minLength: 7, maxLength: 7 }),
        (numbers, steep) => {
          const knots = numbers.toSorted((a, b) => a - b);
          const slopes = steep.slice(0, knots.length + 1);
          const { offsets, sizes } = profileOf({
            weight: tensor2d([[1]]),
            knots: knots.map((knot) => knot / unit),
            slopes,
          });
          let offset = 0n; // in units of 2^-20
          for (const [at, knot] of knots.entries()) {
            offset += BigInt(slopes[at] - slopes[at + 1]) * BigInt(knot);
            const place = knots.length + at + 1;
            const off = Number(BigInt(offsets[place] * unit) - offset) / unit;
            expect(Math.abs(off)).toBeLessThanOrEqual(2 ** -52 * sizes[place]);
            expect(sizes[place]).toBeGreaterThanOrEqual(Math.abs(offsets[place]));
            expect(sizes[knots.length - at - 1]).toBe(sizes[place]); // a is odd
          }
        },
      ),
    );
  });

  it('finds what each neuron comes to at least, with its own share of the curvature', () => {
    const profile = profileOf({ weight: tensor2d([[1]]), knots: [0.3], slopes: [0, 1] });
    for (let trial = 0; trial < 200; trial++) {
      const draw = key('neurons', trial);
      const [u, g] = ['u', 'g'].map((name) => Float64Array.from(draw.child(name).normal(2)));
      const curvatures = Float64Array.of(0.25, 4);
      const moves = { low: Float64Array.of(-0.5, -1), high: Float64Array.of(0.5, 1) };
      const lambda = 0.1 + 3 * draw.child('lambda').uniform(1)[0];
      const { sum } = neuronMinima(profile, curvatures, { u, moves }, { g, lambda }, new Float64Array(2));
      let least = 0;
      for (const i of [0, 1]) {
        const values = Array.from({ length: 2001 }, (_, step) => {
          const v = (step / 1000 - 1) * moves.high[i];
          return heightAt(profile, u[i] + v) - g[i] * v + 0.5 * lambda * curvatures[i] * v * v;
        });
        least += Math.min(...values);
      }
      expect(sum).toBeLessThanOrEqual(least + 1e-12);
      expect(sum).toBeGreaterThan(least - 0.01);
    }
  });

  it('cuts a part into two that hold all of it, along what is bent most', () => {
    const region = { low: Float64Array.of(-1, -1, 0), high: Float64Array.of(1, 1, 1) };
    const multipliers = { g: new Float64Array(2), lambda: 2 };
    const none = new Float64Array(0);
    const example = { u: none, moves: { low: none, high: none }, radius: 1, reach: 1, roundings: 0 };
    const state = { value: -1, bound: -1, clean: 1, reached: 0.5, mu: 4 };
    const part = { ...state, example, region, multipliers, best: multipliers };
    const cut = (mu: number) =>
      halves({ ...part, mu }, Float64Array.of(4, 3, 9)).map(({ region: { low, high } }) => [[...low], [...high]]);
    expect(cut(4)).toEqual([
      [
        [-1, -1, 0],
        [0, 1, 1],
      ],
      [
        [0, -1, 0],
        [1, 1, 1],
      ],
    ]); // 4 (2 * 4 - 4) is more than 4 (2 * 3 - 4) and 1 (2 * 9 - 4)
    expect(cut(7)).toEqual([
      [
        [-1, -1, 0],
        [1, 1, 0.5],
      ],
      [
        [-1, -1, 0.5],
        [1, 1, 1],
      ],
    ]); // 4 (8 - 7) is less than 1 (18 - 7)
  });

  it('shares a curvature by hand', () => {
    const weight = Float64Array.of(1, 0, 1, 0, 0, 3, 0, 0); // two alike, one alone, one that is nothing; W^T W is diag(2, 9)
    const seen = Float64Array.from([0, 1, 2, 3].flatMap((i) => [2 * weight[2 * i], 9 * weight[2 * i + 1]]));
    expect(Array.from(curvaturesOf(weight, seen, 2))).toEqual([1, 1, 1 / 4.5, 1 / 16]);
  });

  it('takes what a spectrum is off into the bound', async () => {
    const weight = tensor2d(key('spectrum').normal(40), [8, 5]);
    const spectrum = await spectrumOf(weight, noPace);
    const right = await spectrumError(spectrum, noPace);
    expect(Math.max(right.basis, right.turned, right.values)).toBeLessThan(1e-12);
    const values = spectrum.values.slice();
    values[0] -= 0.01;
    expect((await spectrumError({ ...spectrum, values }, noPace)).values).toBeGreaterThan(0.0099);
    const basis = spectrum.basis.map((entry) => 1.001 * entry);
    expect((await spectrumError({ ...spectrum, basis }, noPace)).basis).toBeGreaterThan(0.002);
    const curvatures = spectrum.curvatures.map((share) => 1.001 * share);
    expect((await spectrumError({ ...spectrum, curvatures }, noPace)).values).toBeGreaterThan(1e-3);
  });

  it('proves in parts what it cannot prove at once, and nothing false', async () => {
    const network = symmetricTwoLayer({ inputs: 2, neurons: 8, initialDeviation: 1 });
    const weight = tensor2d(key('parts', 8).normal(16), [8, 2]);
    const model = classifier(network, { weight, bias: scalar(0.3) });
    const x = tensor2d(key('x').normal(200), [100, 2]);
    const labels = Array.from(model(x).dataSync(), (score) => (score < 0 ? -1 : 1));
    const bounded = (parts: number) =>
      jointBound({ threat: ball(l2, 0.4), parts })(model, x, tensor1d(labels)).then(({ bound }) => Array.from(bound));
    const [once, cut] = [await bounded(1), await bounded(16)];
    const proved = (bounds: number[]) => bounds.filter((bound) => bound > 0).length;
    expect(proved(cut)).toBeGreaterThan(proved(once));
    const [entries, points] = [Float64Array.from(weight.dataSync()), x.arraySync()];
    const profile = profileOf({ weight, knots: [Math.fround(0.3)], slopes: [0, 1] });
    for (const [at, bound] of cut.entries()) {
      expect(bound).toBeGreaterThanOrEqual(Math.min(once[at], 0));
      for (let step = 0; step < 360; step++)
        for (const share of [0.4, 0.3, 0.2, 0.1]) {
          const angle = (step * Math.PI) / 180;
          const moved = [points[at][0] + share * Math.cos(angle), points[at][1] + share * Math.sin(angle)];
          const value = times(entries, moved).reduce((sum, u) => sum + heightAt(profile, u), 0);
          if (bound > labels[at] * value + 1e-9) expect(bound).toBeLessThanOrEqual(labels[at] * value);
        }
    }
  });
});

describe('spectralNorm', () => {
  it('is above the largest singular value, by little', async () => {
    for (let trial = 0; trial < 8; trial++) {
      const [rows, columns] = [1 + (trial % 5), 1 + (trial % 4)];
      const weight = tensor2d(key('norm', trial).normal(rows * columns), [rows, columns]);
      const entries = Float64Array.from(weight.dataSync());
      let direction = Float64Array.from(key('direction').normal(columns));
      for (let step = 0; step < 3000; step++) {
        const image = times(entries, direction);
        const back = direction.map((_, j) => image.reduce((sum, own, i) => sum + own * entries[i * columns + j], 0));
        direction = back.map((entry) => entry / Math.hypot(...back));
      }
      const reached = Math.hypot(...times(entries, direction));
      const bound = await spectralNorm(weight);
      expect(bound).toBeGreaterThanOrEqual(reached);
      expect(bound).toBeLessThan(reached * (1 + 1e-9));
    }
    expect(await spectralNorm(tensor2d([[0, 0]]))).toBe(0);
  });

  it('knows a matrix that is not positive definite', async () => {
    const verdict = (...entries: number[]) => isPositiveDefinite(Float64Array.from(entries), 2, noPace);
    expect(await Promise.all([verdict(2, 1, 1, 1), verdict(1, 2, 2, 1), verdict(0, 0, 0, 1)])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([64, 65, 150])(
    'factors %i columns in blocks, and sees an eigenvalue on the wrong side of zero',
    async (size) => {
      const rows = Float64Array.from(key('factor', size).normal(size * size));
      const gram = await gramOfRows(rows, size, noPace);
      const { values } = await symmetricEigen(gram.slice(), size, false, noPace);
      const least = Math.min(...values);
      const shifted = (share: number) =>
        gram.map((entry, at) => (at % (size + 1) === 0 ? entry - share * least : entry));
      expect(await isPositiveDefinite(shifted(0.999), size, noPace)).toBe(true);
      expect(await isPositiveDefinite(shifted(1.001), size, noPace)).toBe(false);
    },
  );

  it('begins at the best of seven curvatures, unless one is enough', async () => {
    const ridges = { weight: tensor2d(key('best').normal(18), [neurons, inputs]), knots: [0.4], slopes: [0, 1] };
    const spectrum = await spectrumOf(ridges.weight, noPace);
    const error = await spectrumError(spectrum, noPace);
    const network = { spectrum, profile: profileOf(ridges), products: productsWith(spectrum), curvature: 1 };
    const met = new Set<number>();
    for (let trial = 0; trial < 100; trial++) {
      const draw = key('best', trial);
      const radius = draw.child('radius').uniform(1)[0];
      const u = times(spectrum.weight, draw.child('x').normal(inputs));
      const high = new Float64Array(neurons).fill(10);
      const example = { u, moves: { low: high.map((move) => -move), high }, radius, reach: radius, roundings: 0 };
      const [search] = startJoint(network, [example]);
      const boundAt = (lambda: number) =>
        verifiedBounds(spectrum, error, network.profile, [{ ...search, best: { ...search.best, lambda } }])[0].bound;
      const all = [0.25, 0.5, 0.7, 1, 1.4, 2, 4].map(boundAt);
      met.add(search.best.lambda);
      if (search.reached <= 0) expect(search.best.lambda).toBe(1);
      else if (search.value < 0.25 * search.clean) expect(search.value).toBeCloseTo(Math.max(...all), 4);
    }
    network.products.dispose();
    expect(met.size).toBeGreaterThan(3);
  });

  it('begins with a step against the gradient, where that is enough: for a linear network it is the worst', async () => {
    const ridges = { weight: tensor2d(key('start').normal(18), [neurons, inputs]), knots: [], slopes: [1] };
    const spectrum = await spectrumOf(ridges.weight, noPace);
    const u = times(spectrum.weight, key('start', 'x').normal(inputs)).map(Math.abs);
    const clean = u.reduce((sum, each) => sum + each, 0);
    const direction = Array.from({ length: inputs }, (_, j) =>
      Array.from({ length: neurons }, (_, i) => spectrum.weight[i * inputs + j]).reduce((sum, each) => sum + each, 0),
    );
    const slope = Math.hypot(...direction);
    const network = { spectrum, profile: profileOf(ridges), products: productsWith(spectrum), curvature: 1 };
    const far = new Float64Array(neurons).fill(Infinity);
    const moves = { low: far.map((move) => -move), high: far };
    const exampleOf = (radius: number) => ({ u, moves, radius, reach: radius, roundings: 0 });
    const [proved, broken] = startJoint(
      network,
      [0.9, 1.2].map((share) => exampleOf((share * clean) / slope)),
    );
    expect([proved.reached, proved.at]).toEqual([clean, undefined]);
    expect(broken.reached).toBeCloseTo(-0.2 * clean, 4);
    expect(Math.hypot(...(broken.at ?? []))).toBeCloseTo((1.2 * clean) / slope, 4);
    network.products.dispose();
  });
});
