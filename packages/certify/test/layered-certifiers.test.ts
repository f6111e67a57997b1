// What every certifier of layered networks keeps to: same bits whatever the batch, no tensors left, what it says and refuses.
import {
  AbortedError,
  ball,
  type Classifier,
  classifier,
  InputError,
  key,
  type LinearMap,
  l2,
  linf,
  type Network,
  type Step,
} from '@advml/core';
import { gainStep, positiveStep } from '@advml/core/internal';
import { cnn, mlp } from '@advml/networks';
import { expectNoLeak } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  mul,
  ones,
  relu,
  scalar,
  slice,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensor1d,
  tensor2d,
  tile,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crown, intervalBound, lipschitzBound } from '../src/index.ts';
import { randomTwin } from './plain-networks.ts';

beforeAll(async () => {
  await useWasm();
});

const all = { intervalBound, crown, lipschitzBound };

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

  it('crown makes forms of undecided neurons some at a time', async () => {
    const [batch, size, open] = [64, 2 ** 16, 1000]; // all forms at once would take 34 GB
    const controller = new AbortController();
    const bend = { kind: 'bend', shape: [size], pieces: { knots: [0], slopes: [0, 1], value: 0 } } as const;
    const gain = () => {
      controller.abort(); // before any form goes back
      return scalar(2);
    };
    const total: LinearMap = { apply: (x) => sum(x, 1, true), transpose: (g) => tile(g, [1, size]) };
    const steps = (): Step[] => [
      { ...bend, name: 'first' },
      { ...gainStep([size], gain, () => scalar(-1)), name: 'gain' },
      { ...bend, name: 'second' },
      { ...positiveStep(total, [1], size, 0), name: 'total' },
    ];
    const model: Classifier = Object.assign((x: Tensor) => sum(relu(sub(mul(relu(x), 2), 1)), 1), { steps });
    const row = new Float32Array(size).fill(1).fill(0.5, 0, open);
    const x = tile(tensor2d(row, [1, size]), [batch, 1]);
    const certify = crown({ threat: ball(linf, 0.01) });
    await expect(certify(model, x, ones([batch]), { signal: controller.signal })).rejects.toThrow(AbortedError);
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
