import { ball, type Classifier, classifier, key, l1, l2, linf, type Norm, withMask } from '@advml/core';
import { symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { memory, scalar, sum, type Tensor, type Tensor2D, tensor1d, tensor2d, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { jointBound, spectralNorm } from '../src/index.ts';

beforeAll(async () => {
  await useWasm();
});

const relu = (t: number) => Math.max(t, 0);

/** A random network, and its function written plainly in double precision. */
function randomNetwork(name: string, inputs: number, neurons: number, threshold: number) {
  const weight = key('joint', 1)
    .child(name)
    .normal(inputs * neurons);
  const network = symmetricTwoLayer({ inputs, neurons, initialDeviation: 1 });
  const params = { weight: tensor2d(weight, [neurons, inputs]), bias: scalar(threshold) };
  const b = Math.fround(threshold);
  const value = (x: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < neurons; i++) {
      let u = 0;
      for (let j = 0; j < inputs; j++) u += weight[i * inputs + j] * x[j];
      sum += relu(u - b) - relu(-u - b);
    }
    return sum;
  };
  return { params, model: classifier(network, params), value, b };
}

/** Points of a ball in two dimensions: its rim and a grid inside. */
function ballPoints(norm: Norm, radius: number): [number, number][] {
  const points: [number, number][] = [];
  const size = { l1: (p: number[]) => Math.abs(p[0]) + Math.abs(p[1]), l2: (p: number[]) => Math.hypot(p[0], p[1]) };
  const of = norm.name === 'linf' ? (p: number[]) => Math.max(Math.abs(p[0]), Math.abs(p[1])) : size[norm.name as 'l1'];
  for (let step = 0; step < 720; step++) {
    const direction = [Math.cos((step * Math.PI) / 360), Math.sin((step * Math.PI) / 360)];
    for (const share of [1, 0.75, 0.5, 0.25]) {
      const scale = (share * radius) / of(direction);
      points.push([scale * direction[0], scale * direction[1]]);
    }
  }
  return points;
}

describe('jointBound', () => {
  it.each([l1, l2, linf])('is below every value in the ball: $name', async (norm) => {
    const gaps: number[] = [];
    for (let trial = 0; trial < 12; trial++) {
      const { model, value, params } = randomNetwork(`fuzz/${trial}`, 2, 2 + (trial % 6), 0.2 * (trial % 4));
      const points = Array.from(key('points', trial).normal(40), (entry) => 2 * entry);
      const x = tensor2d(points, [20, 2]);
      const rows = Array.from({ length: 20 }, (_, at) => [points[2 * at], points[2 * at + 1]].map(Math.fround));
      const labels = rows.map((row) => Math.sign(value(row)) || 1);
      const y = tensor1d(labels);
      const radii = rows.map((_, at) => 0.05 * (1 + (at % 10)));
      const { bound, certified } = await jointBound({ threat: ball(norm, 0.5), steps: 30 })(model, x, y, {
        eps: radii,
      });
      for (const [at, row] of rows.entries()) {
        let least = labels[at] * value(row);
        for (const [dx, dy] of ballPoints(norm, radii[at]))
          least = Math.min(least, labels[at] * value([row[0] + dx, row[1] + dy]));
        expect(bound[at]).toBeLessThanOrEqual(least + 1e-12);
        expect(certified[at]).toBe(bound[at] > 0);
        gaps.push(least - bound[at]);
      }
      for (const tensor of [x, y, params.weight, params.bias]) tensor.dispose();
    }
    const median = gaps.sort((a, b) => a - b)[gaps.length / 2];
    expect(median).toBeLessThan(0.5); // not trivially below
  });

  it('ends where a linear network does', async () => {
    const { model } = randomNetwork('linear', 3, 5, 0);
    const weight = model.ridges?.()?.weight.dataSync() as Float32Array;
    const slope = [0, 1, 2].map((j) => [0, 1, 2, 3, 4].reduce((sum, i) => sum + weight[3 * i + j], 0));
    const x = tensor2d([[0.5, -1, 2]]);
    const score = 0.5 * slope[0] - slope[1] + 2 * slope[2];
    const radius = Math.abs(score) / Math.hypot(...slope);
    const certified = async (share: number) => {
      const certify = jointBound({ threat: ball(l2, share * radius), steps: 200 });
      return (await certify(model, x, tensor1d([Math.sign(score)]))).certified[0];
    };
    expect([await certified(0.999), await certified(1.001)]).toEqual([true, false]);
  });

  it('ends where one neuron does, by hand', async () => {
    const network = symmetricTwoLayer({ inputs: 2, neurons: 1, initialDeviation: 1 });
    const model = classifier(network, { weight: tensor2d([[3, 4]]), bias: scalar(1) });
    const x = tensor2d([[1, 0.5]]); // u = 5, which a perturbation of size r moves by 5 r; f = 0 up to u = 1
    const at = async (radius: number) =>
      (await jointBound({ threat: ball(l2, radius), steps: 400 })(model, x, tensor1d([1]))).bound[0];
    expect(await at(0.799)).toBeGreaterThan(0);
    expect(await at(0.801)).toBeLessThanOrEqual(0);
    expect(await at(1.3)).toBeLessThanOrEqual(-0.5); // u = -1.5
  });

  it('bounds the network with noise by its mean', async () => {
    const weight = tensor2d(key('noise').normal(30), [15, 2]);
    const network = symmetricTwoLayer({ inputs: 2, neurons: 15, initialDeviation: 1, noise: 0.1 });
    const model = classifier(network, { weight, bias: scalar(0.3) });
    const points = key('noisy points').normal(40);
    const x = tensor2d(points, [20, 2]);
    const scores = model(x).dataSync();
    const labels = Array.from(scores, (score) => Math.sign(score) || 1);
    const { bound } = await jointBound({ threat: ball(l2, 0.1) })(model, x, tensor1d(labels));
    const around = ballPoints(l2, 0.1);
    for (let at = 0; at < 20; at++) {
      const near = tensor2d(
        around.flatMap(([dx, dy]) => [points[2 * at] + dx, points[2 * at + 1] + dy]),
        [around.length, 2],
      );
      const least = Math.min(...Array.from(model(near).dataSync(), (score) => labels[at] * score));
      expect(bound[at]).toBeLessThanOrEqual(least);
      expect(bound[at]).toBeGreaterThan(least - 1.5);
    }
  });

  it('gives the same bits whatever the batch, leaves no tensors, and worst inputs inside the ball', async () => {
    const { model, value } = randomNetwork('batches', 12, 20, 0.3);
    const points = key('batch points').normal(120);
    const x = tensor2d(points, [10, 12]);
    const labels = Array.from({ length: 10 }, (_, at) => Math.sign(value(points.subarray(12 * at, 12 * at + 12))) || 1);
    const y = tensor1d(labels);
    const certify = jointBound({ threat: ball(l2, 0.4), steps: 20 });
    const whole = await certify(model, x, y);
    const before = memory().numTensors;
    const again = await certify(model, x, y);
    expect(memory().numTensors).toBe(before);
    expect(again.bound).toEqual(whole.bound);
    for (let at = 0; at < 10; at++) {
      const one = tensor2d(points.slice(12 * at, 12 * at + 12), [1, 12]);
      expect((await certify(model, one, tensor1d([labels[at]]))).bound[0]).toBe(whole.bound[at]);
      const worst = whole.worst?.subarray(12 * at, 12 * at + 12) as Float32Array;
      expect(Math.hypot(...worst.map((entry, j) => entry - points[12 * at + j]))).toBeLessThanOrEqual(0.4);
      expect(whole.bound[at]).toBeLessThanOrEqual(labels[at] * value(worst) + 1e-5);
      const clean = labels[at] * value(points.subarray(12 * at, 12 * at + 12));
      if (!whole.certified[at]) expect(labels[at] * value(worst)).toBeLessThan(clean);
    }
  });

  it('looks at the weights again when a variable has changed', async () => {
    const network = symmetricTwoLayer({ inputs: 3, neurons: 3, initialDeviation: 1 });
    const weight = variable(tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]));
    const model = classifier(network, { weight, bias: scalar(0.1) });
    const [x, y] = [tensor2d([[1, 1, 1]]), tensor1d([1])];
    const certify = jointBound({ threat: ball(l2, 0.1) });
    expect((await certify(model, x, y)).certified).toEqual([true]);
    expect(await spectralNorm(weight as Tensor2D)).toBeCloseTo(1, 9);
    weight.assign(tensor2d([-1, 0, 0, 0, -1, 0, 0, 0, -5], [3, 3]));
    expect((await certify(model, x, y)).certified).toEqual([false]);
    expect(await spectralNorm(weight as Tensor2D)).toBeCloseTo(5, 9);
  });

  it('is the margin at radius 0, also of single examples', async () => {
    const { model, value } = randomNetwork('still', 3, 6, 0.4);
    const points = key('still points').normal(6);
    const margins = [0, 1].map((at) => Math.abs(value(points.subarray(3 * at, 3 * at + 3))));
    const y = tensor1d([0, 1].map((at) => Math.sign(value(points.subarray(3 * at, 3 * at + 3)))));
    const x = tensor2d(points, [2, 3]);
    const { bound } = await jointBound({ threat: ball(l2, 0.01) })(model, x, y, { eps: [0, 0.001] });
    expect(bound[0]).toBeCloseTo(margins[0], 9);
    expect(bound[0]).toBeLessThanOrEqual(margins[0]);
    expect(bound[1]).toBeGreaterThan(margins[1] - 0.5);
  });

  it.each([0.01, 1e-3, 1e-6, 0])('holds up at a threshold of next to nothing: %d', async (threshold) => {
    const { model, value } = randomNetwork('little', 3, 4, threshold);
    const point = Float32Array.of(1, -0.5, 0.25);
    const label = Math.sign(value(point));
    const { bound } = await jointBound({ threat: ball(l2, 0.05) })(model, tensor2d(point, [1, 3]), tensor1d([label]));
    expect(bound[0]).toBeGreaterThan(0.5 * label * value(point) - 0.5);
  });

  it.each([
    [1, 1e-20],
    [1e-20, 1],
    [0.3, 1e-6],
  ])('bounds noise of any size: threshold %d, deviation %d', async (threshold, noise) => {
    const network = symmetricTwoLayer({ inputs: 2, neurons: 5, initialDeviation: 1, noise });
    const model = classifier(network, {
      weight: tensor2d(key('any noise').normal(10), [5, 2]),
      bias: scalar(threshold),
    });
    const x = tensor2d([[2, -1.5]]);
    const score = model(x).dataSync()[0];
    const { bound } = await jointBound({ threat: ball(l2, 1e-3) })(model, x, tensor1d([Math.sign(score)]));
    expect(bound[0]).toBeLessThanOrEqual(Math.abs(score));
    expect(bound[0]).toBeGreaterThan(Math.abs(score) - 0.2);
  });

  it('leaves no tensor behind where the model throws', async () => {
    const tensors = memory().numTensors;
    const [x, y] = [tensor2d([[1, 2]]), tensor1d([1])];
    const thrower = () => {
      throw new Error('not today');
    };
    await expect(jointBound({ threat: ball(l2, 1) })(thrower, x, y)).rejects.toThrow('not today');
    x.dispose();
    y.dispose();
    expect(memory().numTensors).toBe(tensors);
  });

  it.each<[string, object, RegExp]>([
    [
      'a knot',
      { knots: [Infinity], slopes: [0, 1] },
      /knots of the ridges must be finite, >= 0 and ascending, got \[Infinity\]/,
    ],
    ['their order', { knots: [2, 1], slopes: [0, 1, 2] }, /ascending, got \[2, 1\]/],
    ['slopes', { knots: [1], slopes: [1] }, /slopes of the ridges must be 2 finite numbers/],
    ['a promise', Promise.resolve({}), /must be a record \{ weight, knots, slopes \}, at once, got a promise/i],
  ])('refuses ridges that are none: %s', async (_, ridges, message) => {
    const model = Object.assign((input: Tensor) => sum(input, 1), {
      ridges: () => (ridges instanceof Promise ? ridges : { weight: tensor2d([[1, 1]]), ...ridges }),
    }) as unknown as Classifier;
    await expect(jointBound({ threat: ball(l2, 1) })(model, tensor2d([[1, 2]]), tensor1d([1]))).rejects.toThrow(
      message,
    );
  });

  it('leaves boxes and masks out, and says what it cannot do', async () => {
    const { model } = randomNetwork('refusals', 2, 3, 0.1);
    const [x, y] = [tensor2d([[0.5, 0.5]]), tensor1d([1])];
    const plain = await jointBound({ threat: ball(l2, 0.1) })(model, x, y);
    const masked = await jointBound({ threat: withMask(ball(l2, 0.1, { low: 0, high: 1 }), [true, false]) })(
      model,
      x,
      y,
    );
    expect(masked.bound).toEqual(plain.bound);
    expect(masked.worst).toBeUndefined();
    const other: Classifier = (input) => sum(input, 1);
    await expect(jointBound({ threat: ball(l2, 0.1) })(other, x, y)).rejects.toThrow(
      /needs a model that is a sum of ridge/,
    );
    const broken = Object.assign((input: Tensor) => model(input), {
      ridges: () => ({ weight: tensor2d([[Number.NaN, 1]]), knots: [1], slopes: [0, 1] }),
    });
    await expect(jointBound({ threat: ball(l2, 0.1) })(broken, x, y)).rejects.toThrow(/weights of the ridges/);
    expect(() => jointBound({ threat: ball(l2, 0.1), steps: 0 })).toThrow(/steps must be an integer >= 1/);
    expect(() => jointBound({ threat: ball(l2, Infinity) })).toThrow(/finite eps/);
  });
});
