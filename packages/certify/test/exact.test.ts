// Exact oracles against closed forms, rays and attacks.
import { fab, pgd } from '@advml/attacks';
import { ball, type Classifier, classifier, key, l1, l2, linf, type Threat, withMask } from '@advml/core';
import { evaluate } from '@advml/metrics';
import { mlp, randomFeatures, symmetricTwoLayer } from '@advml/networks';
import { expectNoLeak, linearLogits, linearScore, reluNet, smallNetworks } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  argMax,
  ones,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { certifiedRadius, crown, exactBound, intervalBound, lipschitzBound } from '../src/index.ts';
import { perceptron } from './perceptrons.ts';

const norms = [l1, l2, linf];
beforeAll(async () => {
  await useWasm();
});

/** Rows of random numbers. */
const rowsOf = (name: string, count: number, width: number, deviation = 1) =>
  Array.from({ length: count }, (_, row) => Array.from(key('exact', name, row).normal(width, deviation)));

describe('of linear models', () => {
  test('the bound is the closed form, in all norms, with boxes and masks, for scores and logits', async () => {
    const [width, count] = [5, 60];
    for (let trial = 0; trial < 60; trial++) {
      const draw = key('exact', 'linear', trial);
      const box = trial % 2 ? { low: -1, high: 1.25 } : undefined;
      const open = ball(norms[trial % 3], 10 ** draw.child('eps').uniform(1, -2, 0.5)[0], box);
      const threat = trial % 4 < 2 ? open : withMask(open, [true, false, true, true, false]);
      const weights = rowsOf(`w${trial}`, 3, width);
      const score = trial % 5 === 0;
      const linear = score ? linearScore(weights[0], 0.1) : linearLogits(weights, [0.1, -0.2, 0]);
      const x = rowsOf(`x${trial}`, count, width).map((row) =>
        row.map((value) => (box ? Math.fround(Math.min(Math.max(value, box.low), box.high)) : value)),
      );
      const y = x.map((_, at) => (score ? (at % 2 ? 1 : -1) : at % 3)).map(Number);
      const labels = tensor1d(y, score ? 'float32' : 'int32');
      const { bound, worst } = await exactBound({ threat })(linear.model, tensor2d(x), labels);
      for (const [at, row] of x.entries()) {
        const exact = -linear.worstLoss(row, y[at], threat);
        const size = 1e-6 * (1 + Math.abs(exact) + 5 * threat.eps); // the model's weights are float32, those of the loop not
        expect([trial, at, bound[at] <= exact + size]).toEqual([trial, at, true]);
        expect([trial, at, bound[at] >= exact - size], `${bound[at]} ${exact}`).toEqual([trial, at, true]);
        const found = Array.from((worst as Float32Array).subarray(at * width, (at + 1) * width));
        expect(-linear.loss(found, y[at])).toBeCloseTo(exact, 4);
        if (threat.mask) expect(found[1]).toBe(Math.fround(row[1]));
      }
    }
  });

  test('as many inputs as photographs have are no matter', async () => {
    const width = 224 * 224 * 3;
    const weight = new Array(width).fill(2 ** -8);
    const { bound } = await exactBound({ threat: ball(l2, 2) })(
      perceptron([{ weight: [weight], bias: [-500] }], 'score'),
      ones([1, width]),
      tensor1d([1]),
    );
    expect(bound[0]).toBeCloseTo(width / 2 ** 8 - 500 - (2 * Math.sqrt(width)) / 2 ** 8, 5);
  });

  test('by hand: a slope of 3 and 4 falls by 5, 4 and 7 times the radius', async () => {
    const { model } = linearScore([3, 4], 1);
    const falls = { l2: 5, l1: 4, linf: 7 };
    for (const norm of norms) {
      const { bound, certified } = await exactBound({ threat: ball(norm, 1) })(
        model,
        tensor2d([[1, 1]]),
        tensor1d([1]),
      );
      expect(bound[0]).toBeCloseTo(8 - falls[norm.name], 7);
      expect(bound[0]).toBeLessThanOrEqual(8 - falls[norm.name]);
      expect(certified).toEqual([true]);
      const radius = certifiedRadius(model, tensor2d([[1, 1]]), tensor1d([1]), {
        threat: ball(norm, 4),
        certifier: (threat) => exactBound({ threat }),
        rounds: 20,
      });
      expect((await radius)[0]).toBeCloseTo(8 / falls[norm.name], 4);
    }
  });
});

describe('of networks with one hidden layer', () => {
  test('the largest certified radius is the distance to the closest error, in every norm', async () => {
    for (const { name, model, x, labels, closest } of smallNetworks().slice(0, 3))
      for (const norm of norms) {
        const distances = closest(norm);
        const most = 1.5 * Math.max(...distances.filter(Number.isFinite));
        const radii = await certifiedRadius(model, tensor2d(x as number[][]), labels(), {
          threat: ball(norm, most),
          certifier: (threat) => exactBound({ threat }),
        });
        for (const [at, distance] of distances.entries()) {
          const known = Math.min(distance, most);
          expect([name, norm.name, at, radii[at] <= known * (1 + 1e-6)], `${radii[at]} ${known}`).toEqual([
            name,
            norm.name,
            at,
            true,
          ]);
          expect([name, norm.name, at, radii[at] >= known - most / 2 ** 11]).toEqual([name, norm.name, at, true]);
        }
      }
  });

  test('an MLP, a symmetric network, its surrogate and random features are decided, each as an attack may confirm', async () => {
    const count = 40;
    const draw = key('exact', 'networks');
    const symmetric = symmetricTwoLayer({ inputs: 8, neurons: 12, initialDeviation: 0.5, initialThreshold: 0.4 });
    const weights = symmetric.init(draw.child('symmetric'));
    const perceptron = mlp({ inputs: [8], hidden: [14], outputs: 4 });
    const features = randomFeatures({ inputs: 8, features: 10 });
    const models: readonly [Classifier, number][] = [
      [classifier(perceptron, perceptron.init(draw.child('mlp'))), 0.6],
      [classifier(symmetric, weights), 0.2],
      [symmetric.surrogate(weights, 0.3), 0.2],
      [classifier(features, features.init(draw.child('features'))), 0.3],
    ];
    for (const [model, eps] of models) {
      const x = tensor2d(rowsOf('points', count, 8));
      const outputs = model(x);
      const y = (
        outputs.rank === 1 ? tensor1d(Array.from(outputs.dataSync(), (value) => Math.sign(value))) : argMax(outputs, 1)
      ) as Tensor1D;
      for (const norm of norms) {
        const radius = eps * { l1: 2, l2: 1, linf: 0.4 }[norm.name];
        const battery = [{ kind: 'white-box', attack: (own: Threat) => pgd({ threat: own, steps: 30 }) } as const];
        const { certified, accuracy } = await evaluate(model, { x, y }, ball(norm, radius), battery, {
          key: draw.child('evaluate'),
          certifiers: [(threat) => exactBound({ threat })],
          diagnosed: 0,
        });
        expect(certified?.undecided.successes).toBe(0);
        expect(certified?.accuracy).toEqual(accuracy);
        expect(accuracy.successes).toBeGreaterThan(2);
        expect(accuracy.successes).toBeLessThan(count - 2);
      }
    }
  });

  test('no attack finds a smaller margin, and a closest one no smaller distance, on boxes and masks too', async () => {
    const model = reluNet(31, { inputs: 4, hidden: 10, output: 'logits' });
    const count = 32;
    const box = { low: -1, high: 1 };
    const rows = rowsOf('attacked', count, 4, 0.6).map((row) =>
      row.map((value) => Math.fround(Math.max(-1, Math.min(1, value)))),
    );
    const x = tensor2d(rows);
    const y = argMax(model(x), 1) as Tensor1D;
    for (const norm of norms)
      for (const mask of [undefined, [true, true, false, true]]) {
        const open = ball(norm, 0.4, box);
        const threat = mask ? withMask(open, mask) : open;
        const { bound, certified, worst } = await exactBound({ threat, gap: 1e-3 })(model, x, y);
        const attack = pgd({ threat, steps: 40, earlyStop: false });
        const { loss, x: found } = attack(model, x, y, { key: key('exact', 'attack') });
        const exact = await exactBound({ threat: { ...threat, eps: 0 }, gap: 0 })(
          model,
          tensor(worst as Float32Array, [count, 4]),
          y,
        );
        for (let at = 0; at < count; at++) {
          expect(bound[at]).toBeLessThanOrEqual(-loss[at] + 1e-5);
          expect(exact.bound[at] - bound[at]).toBeGreaterThanOrEqual(-1e-5);
          expect(exact.bound[at] - bound[at]).toBeLessThan(1e-3 + 1e-5);
        }
        found.dispose();
        if (mask) continue;
        const closest = fab({ threat: ball(norm, Infinity, box), steps: 20 })(model, x, y, {
          key: key('exact', 'fab'),
        });
        for (let at = 0; at < count; at++)
          if (closest.success[at] && certified[at]) expect(closest.distance[at]).toBeGreaterThan(0.4 * (1 - 1e-5));
        closest.x.dispose();
      }
  });

  test('end where no weight leads anywhere, and where weights are next to nothing', async () => {
    for (const weight of [0, 1e-38]) {
      const model = perceptron(
        [
          { weight: [[weight, weight]], bias: [1] },
          { weight: [[1]], bias: [0] },
        ],
        'score',
      );
      for (const gap of [undefined, 0]) {
        const certify = exactBound({ threat: ball(linf, 0.1), gap });
        expect((await certify(model, tensor2d([[0, 0]]), tensor1d([1]))).bound[0]).toBeCloseTo(1, 6);
      }
    }
  });

  test('give the same whatever the batch, keep no tensor, and stop', async () => {
    const model = reluNet(31, { inputs: 4, hidden: 10, output: 'logits' });
    const x = tensor2d(rowsOf('batch', 6, 4));
    const y = argMax(model(x), 1) as Tensor1D;
    const certify = exactBound({ threat: ball(l2, 0.3), gap: 1e-3 });
    const whole = await certify(model, x, y);
    const one = await certify(model, slice(x, 4, 1), slice(y, 4, 1));
    expect(one.bound[0]).toBe(whole.bound[4]);
    expect(certify.label).toBe('exact, gap 0.001, 10000 nodes, l2 eps 0.3');
    await expectNoLeak(() => certify(model, x, y));
    await expect(certify(model, x, y, { signal: AbortSignal.abort() })).rejects.toThrow('was stopped');
    const radii = { threat: ball(l2, 0.3), certifier: (threat: Threat) => exactBound({ threat }), rounds: 3 };
    const seen: string[] = [];
    await certifiedRadius(model, x, y, { ...radii, onProgress: (done, total) => seen.push(`${done}/${total}`) });
    expect([seen[0], seen.at(-1)]).toEqual(['1/4', '4/4']);
    await expectNoLeak(() => certifiedRadius(model, x, y, radii));
  });
});

describe('refuse', () => {
  let [x, y] = [] as unknown as [Tensor2D, Tensor1D];
  beforeAll(() => {
    x = tensor2d([[1, 2]]);
    y = tensor1d([1]);
  });
  const model = reluNet(1, { inputs: 2 });

  test('settings that are none', () => {
    expect(() => exactBound({ threat: ball(l2, Infinity) })).toThrow(
      'needs a finite eps, got Infinity; certifiedRadius',
    );
    expect(() => exactBound({ threat: ball(l2, 1), nodes: 0 })).toThrow('nodes must be an integer >= 1, got 0');
    expect(() => exactBound({ threat: ball(l2, 1), gap: -1 })).toThrow('gap must be finite and >= 0 (output units)');
    expect(() => exactBound({ threat: ball(l2, 1), gap: '1' } as never)).toThrow('got string 1');
    expect(() => exactBound({} as never)).toThrow('exactBound needs a threat');
    expect(() => exactBound({ threat: ball(l2, 1), node: 3 } as never)).toThrow("has no option 'node'");
  });

  test('models that they are not for', async () => {
    const certify = exactBound({ threat: ball(l2, 1) });
    const deep = mlp({ inputs: [2], hidden: [3, 3], outputs: 'score' });
    const refused = (own: Classifier, message: string) => expect(certify(own, x, y)).rejects.toThrow(message);
    await refused(
      classifier(deep, deep.init(key('deep'))),
      'exactBound is for linear models and networks with one hidden layer',
    );
    await refused((input) => model(input), 'exactBound needs a model that tells its layers');
    await refused(linearScore([1, Number.NaN]).model, "the model's output must be finite");
    const flat = linearScore([1, 2]);
    const nan = linearScore([1, Number.NaN]).model;
    await refused(
      Object.assign((input: Tensor) => flat.model(input), { steps: nan.steps }),
      "weights of layer 'linear' must be finite, got NaN",
    );
  });

  test('steps that are none, or of another function', async () => {
    const [own, other] = [reluNet(1, { inputs: 2 }), reluNet(2, { inputs: 2 })];
    for (const make of [exactBound, crown, intervalBound, lipschitzBound]) {
      const certify = make({ threat: ball(l2, 1) });
      const refused = (steps: unknown, message: string) =>
        expect(certify(Object.assign((at: Tensor) => own(at), { steps }) as Classifier, x, y)).rejects.toThrow(message);
      await refused(
        async () => own.steps?.(),
        'the steps of a model must be an array of steps, at once, got a promise',
      );
      await refused(() => [5], 'steps must be records with a kind');
      await refused(() => own.steps?.()?.slice(0, 1), 'the steps of the model must end in its 1 outputs, got');
      await refused(other.steps, "needs steps of the model's own function");
      await expect(
        certify(
          Object.assign((at: Tensor) => own(at), { steps: own.steps }),
          x,
          y,
        ),
      ).resolves.toBeDefined();
    }
  });

  test('radii of what is no factory', async () => {
    const options = { threat: ball(l2, 1), certifier: exactBound({ threat: ball(l2, 1) }) };
    await expect(certifiedRadius(model, x, y, options as never)).rejects.toThrow(
      'takes a function that makes a certifier',
    );
    const making = (certifier: unknown) =>
      expect(certifiedRadius(model, x, y, { threat: ball(l2, 5), certifier } as never)).rejects;
    await making(() => exactBound({ threat: ball(l1, 5) })).toThrow(
      'the certifier must use the threat it is given, l2 eps 5, got l1 eps 5',
    );
    await making(async (threat: Threat) => exactBound({ threat })).toThrow('got one that makes a promise');
    await making(() => undefined).toThrow('certifiedRadius takes a function that makes a certifier');
    const mine = (threat: Threat) => Object.assign(async () => 5, { label: 'mine', threat });
    await making(mine).toThrow('mine must give certificates { bound, certified, warnings }, got number 5');
    const no = { threat: ball(l2, 1), certifier: () => exactBound({ threat: ball(l2, 1) }), rounds: 0 };
    await expect(certifiedRadius(model, x, y, no)).rejects.toThrow('rounds must be an integer >= 1');
  });
});
