// The search against every vertex of the function, on random functions of two numbers.
import { key, type PiecewiseLinear } from '@advml/core';
import { pacer } from '@advml/core/internal';
import { describe, expect, test } from 'vitest';
import { leastMargin } from '../src/exact/branch-and-bound.ts';
import { bendAt } from '../src/exact/hull.ts';
import { marginAt, type Problem, problemOf, spectralNorm } from '../src/exact/problem.ts';
import { forward } from '../src/exact/two-layer.ts';
import type { Region } from '../src/layered/region.ts';
import { leastAtVertex, type Plane } from './vertices.ts';

const bends: readonly PiecewiseLinear[] = [
  { knots: [0], slopes: [0, 1], value: 0 }, // relu
  { knots: [0], slopes: [0.2, 1], value: 0 }, // leaky relu
  { knots: [-0.3, 0.3], slopes: [1, 0, 1], value: 0 }, // the symmetric network's threshold
  { knots: [-1, 1], slopes: [0, 1, 0], value: -1 }, // hard tanh
  { knots: [-1, 0, 0.5], slopes: [1, -2, 3, -0.5], value: 0.5 },
];
const norms = ['l1', 'l2', 'linf'] as const;

/** A network of one output, its numbers as they are. */
const networkOf = (weight: Float64Array, shift: Float64Array, last: Float64Array, pieces: PiecewiseLinear) => ({
  inputs: weight.length / shift.length,
  neurons: shift.length,
  outputs: 1,
  weight,
  weightError: new Float64Array(weight.length),
  shift,
  shiftError: new Float64Array(shift.length),
  hidden: {
    pieces,
    last,
    lastError: new Float64Array(last.length),
    bias: new Float64Array(1),
    biasError: new Float64Array(1),
  },
});

const marginOf = (coefficients: Float64Array, constant: number) => ({
  coefficients,
  coefficientErrors: new Float64Array(coefficients.length),
  constant,
  constantError: 0,
});

/** A random function of two numbers, and where it is to be least. */
function caseOf(seed: number): { readonly problem: Problem; readonly plane: Plane } {
  const draw = key('exact search', seed);
  const [pick, size, ...rooms] = draw.child('pick').uniform(6);
  const neurons = 1 + (seed % 6);
  const numbers = (name: string, count: number, deviation = 1) =>
    Float64Array.from(draw.child(name).normal(count, deviation));
  const [weight, shift, coefficients] = [numbers('w', 2 * neurons), numbers('s', neurons, 0.5), numbers('c', neurons)];
  const pieces = bends[Math.floor(pick * bends.length)];
  const radius = 10 ** (2 * size - 1.5);
  const room = (at: number) => (seed % 3 === 0 ? radius * Math.max(0, 1.5 * rooms[at] - 0.25) : radius);
  const region: Region = {
    norm: norms[seed % norms.length],
    radius,
    below: Float64Array.of(room(0), room(1)),
    above: Float64Array.of(room(2), room(3)),
  };
  const net = networkOf(weight, shift, coefficients, pieces);
  const x = numbers('x', 2);
  const problem = problemOf(net, spectralNorm(net), x, region, marginOf(coefficients, pick));
  const rows = Array.from(shift, (own, i) => ({
    w: [weight[2 * i], weight[2 * i + 1]],
    u: own + weight[2 * i] * x[0] + weight[2 * i + 1] * x[1],
  }));
  return {
    problem,
    plane: {
      value: ([a, b]) =>
        rows.reduce((sum, { w, u }, i) => sum + coefficients[i] * bendAt(pieces, u + w[0] * a + w[1] * b), pick),
      lines: rows.flatMap(({ w, u }) => pieces.knots.map((knot) => [w[0], w[1], knot - u] as const)),
    },
  };
}

const limits = { nodes: 3000, pacer: pacer() };

describe('the search', () => {
  test.each([0, 1, 2, 3])(
    'finds the least value of 600 random functions, from below and from above: %i',
    async (part) => {
      const gap = 1e-3;
      for (let seed = 600 * part; seed < 600 * (part + 1); seed++) {
        const { problem, plane } = caseOf(seed);
        const { least } = leastAtVertex(plane, problem.region);
        const { lower, upper, delta } = await leastMargin(problem, { ...limits, gap });
        const about = 1e-7 * (1 + Math.abs(least));
        expect([seed, lower <= least + about], `${lower} <= ${least}`).toEqual([seed, true]);
        expect([seed, upper >= least - about], `${upper} >= ${least}`).toEqual([seed, true]);
        expect([seed, upper - lower <= gap + about], `${upper} - ${lower}`).toEqual([seed, true]);
        expect(plane.value([delta[0], delta[1]])).toBeCloseTo(upper, 9);
      }
    },
  );

  test('comes to its end with no gap too, without looking at each part for ever', async () => {
    let total = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { problem } = caseOf(seed);
      let looks = 0;
      const counting = { ...pacer(), isDue: () => ++looks < 0 };
      const { lower, upper } = await leastMargin(problem, { nodes: 3000, pacer: counting, gap: 0 });
      expect([seed, upper - lower <= 1e-6 * (1 + Math.abs(upper))], `${lower} ${upper}`).toEqual([seed, true]);
      total += looks;
    }
    expect(total).toBeLessThan(700); // parts; 984 where the rounding of the bounds themselves was not allowed for
  });

  test('decides the sign of 900 random functions, however near their least value is to zero', async () => {
    let near = 0;
    for (let seed = 3000; seed < 3900; seed++) {
      const { problem, plane } = caseOf(seed);
      const { least } = leastAtVertex(plane, problem.region);
      const shift = (seed % 2 === 0 ? 1 : -1) * 10 ** -(1 + (seed % 3));
      const margin = { ...problem.margin, constant: problem.margin.constant - least + shift };
      const { lower, upper } = await leastMargin({ ...problem, margin }, limits);
      if (shift > 0) expect([seed, upper > 0]).toEqual([seed, true]);
      else expect([seed, lower <= 0]).toEqual([seed, true]);
      if (Math.abs(shift) < 0.01) near++;
      expect([seed, lower > 0 || upper <= 0], `${lower}, ${upper} at ${shift}`).toEqual([seed, true]);
    }
    expect(near).toBe(300);
  });

  test('of sixty neurons in thirty dimensions is stopped at any time with a bound that only rises', async () => {
    const [inputs, neurons] = [30, 60];
    const draw = key('exact search', 'large');
    const numbers = (name: string, count: number, deviation: number) =>
      Float64Array.from(draw.child(name).normal(count, deviation));
    for (const norm of norms) {
      const last = numbers('c', neurons, 1);
      const weight = numbers('w', inputs * neurons, 1 / Math.sqrt(inputs));
      const net = networkOf(weight, numbers('s', neurons, 0.3), last, bends[0]);
      const radius = { l1: 2, l2: 1, linf: 0.15 }[norm];
      const room = new Float64Array(inputs).fill(radius);
      const region = { norm, radius, below: room, above: room };
      const margin = marginOf(last, 0);
      const problem = problemOf(net, spectralNorm(net), numbers('x', inputs, 1), region, margin);
      const found = [];
      for (const nodes of [1, 10, 100, 2000]) found.push(await leastMargin(problem, { ...limits, nodes, gap: 1e-2 }));
      const final = found[found.length - 1];
      expect(final.upper - final.lower).toBeLessThan(1e-2 + 1e-9);
      for (const [at, { lower, upper }] of found.entries()) {
        expect(lower).toBeLessThanOrEqual(final.upper);
        expect(lower).toBeGreaterThanOrEqual((found[at - 1]?.lower ?? -Infinity) - 1e-12);
        expect(upper).toBeGreaterThanOrEqual(final.lower);
      }
      const change = new Float64Array(neurons);
      forward(net, final.delta, change);
      expect(marginAt(problem, change)).toBe(final.upper);
    }
  });
});
