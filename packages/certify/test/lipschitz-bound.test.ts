// Norms of layers, as the Lipschitz bound has them, against power iteration in double precision.
import { ball, classifier, key, l1, l2, linf, type Params } from '@advml/core';
import { activation, convolution, dense, flatten, layeredNetwork, maxPooling, mlp, sequential } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { type Tensor, tensor1d, tensor2d, tensor4d, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lipschitzBound } from '../src/index.ts';
import { boundOf, perceptron } from './perceptrons.ts';
import type { Matrix } from './plain-bounds.ts';

beforeAll(async () => {
  await useWasm();
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

  it.each([
    ['entries', [360, 360, 1], maxPooling({ size: 2 })],
    ['weights of filters', [1, 1, 360], convolution({ filters: 360, size: 1 })],
  ] as const)('are there for more %s than a call takes arguments', async (_, inputShape, first) => {
    const layers = sequential({ first, flatten: flatten(), dense: dense({ neurons: 1 }) });
    const network = layeredNetwork({ name: 'wide', inputShape: [...inputShape], layers });
    const model = classifier(network, network.init(key('wide', 0)));
    const { bound } = await lipschitzBound({ threat: ball(l2, 0.1) })(model, zeros([1, ...inputShape]), tensor1d([1]));
    expect(Number.isFinite(bound[0])).toBe(true);
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

it('constants of margins are made for the labels that there are', async () => {
  const network = mlp({ inputs: 2, hidden: [3], outputs: 20 });
  const params = network.init(key('many', 0));
  let most = 0;
  const steps = () =>
    network.steps!(params)!.map((step) => {
      if (step.kind !== 'affine') return step;
      const transpose = (g: Tensor) => {
        most = Math.max(most, g.shape[0]);
        return step.map.transpose(g);
      };
      return { ...step, map: { ...step.map, transpose } };
    });
  const model = Object.assign(classifier(network, params), { steps });
  const certify = lipschitzBound({ threat: ball(l2, 0.1) });
  const [x, y] = [tensor2d([[1, 2]]), tensor1d([7], 'int32')];
  expect(await certify(model, x, y)).toEqual(await certify(classifier(network, params), x, y));
  expect(most).toBe(19);
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
