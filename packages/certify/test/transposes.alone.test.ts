// Bounds go back through gradients of tfjs: not where there are none, nor where they are wrong.
import '@tensorflow/tfjs-backend-cpu';
import {
  type AffineStep,
  ball,
  type Classifier,
  classifier,
  key,
  type LinearMap,
  l2,
  linf,
  uniformTensor,
} from '@advml/core';
import { denseStep, positiveStep } from '@advml/core/internal';
import { averagePooling, dense, flatten, layeredNetwork, sequential } from '@advml/networks';
import { useBackend } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { crown, exactBound, intervalBound, lipschitzBound } from '../src/index.ts';
import { requireTranspose } from '../src/layered/require-transpose.ts';

/** The last pixel of an image, of which three windows of a padded pooling hold others too. */
const lastPixel = (shape: readonly number[]) => {
  const network = layeredNetwork({
    name: 'padded',
    inputShape: shape,
    layers: sequential({
      pool: averagePooling({ stride: 1, padding: 'same' }),
      flat: flatten(),
      dense: dense({ neurons: 1 }),
    }),
  });
  const size = shape.reduce((product, length) => product * length, 1);
  return classifier(network, {
    'dense.weight': tf.cast(tf.oneHot([size - 1], size), 'float32'),
    'dense.bias': tf.tensor1d([-0.3]),
  });
};

/** The same with so many terms in each affine step, which are more than there are. */
const withTerms = (terms: number, model: Classifier): Classifier =>
  Object.assign((x: tf.Tensor) => model(x), { steps: () => model.steps?.()?.map((step) => ({ ...step, terms })) });

const certifiers = [intervalBound, crown, lipschitzBound, exactBound];

/** The bound at 0.1 for the label -1. */
async function boundBy(certifier: (typeof certifiers)[number], model: Classifier, shape: readonly number[]) {
  const certify = certifier({ threat: ball(certifier === lipschitzBound ? l2 : linf, 0.5) });
  return (await certify(model, tf.fill([1, ...shape], 0.1), tf.tensor1d([-1]))).bound[0];
}

it('bounds of padded average pooling hold, or it is refused', async () => {
  await tf.setBackend('cpu');
  const cases: [Classifier, number[]][] = [
    [lastPixel([2, 2, 1]), [2, 2, 1]],
    [withTerms(4098, lastPixel([4, 4, 160])), [4, 4, 160]],
  ];
  for (const certifier of certifiers)
    await expect(boundBy(certifier, ...cases[0])).rejects.toThrow("call `await useBackend('cpu')`");
  const run = (kernel: string, inputs: object, attributes?: tf.NamedAttrMap) =>
    tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attributes) as tf.Tensor;
  // As @tensorflow/tfjs registers them.
  const registered: Record<string, tf.GradFunc> = {
    Sum: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, tf.onesLike(x)) }),
    Cast: (dy) => ({ x: () => (dy as tf.Tensor).clone() }),
    AvgPool: (dy, [input], attributes) => ({
      x: () => run('AvgPoolGrad', { dy, input }, attributes as unknown as tf.NamedAttrMap),
    }),
  };
  for (const [kernelName, gradFunc] of Object.entries(registered))
    tf.registerGradient({ kernelName, gradFunc, inputsToSave: ['x'] });
  for (const each of cases)
    for (const certifier of certifiers)
      await expect(boundBy(certifier, ...each)).rejects.toThrow(
        /transpose of layer 'pool'.* call `await useBackend\('cpu'\)`/,
      );
  await useBackend('cpu');
  for (const each of cases)
    for (const certifier of certifiers) {
      const bound = await boundBy(certifier, ...each);
      expect(bound).toBeLessThanOrEqual(0.2 - 0.5);
      expect(bound).toBeGreaterThan(0.2 - 0.51 * 2);
    }
});

it('transposes of zeros and negated ones are refused, however large the layer', async () => {
  await useBackend('cpu');
  const wide = uniformTensor(key('wide'), [2048, 2048], -1) as tf.Tensor2D;
  const mean: LinearMap = {
    apply: (x) => tf.mean(x, 1, true),
    transpose: (g) => tf.mul(tf.tile(g, [1, 65536]), 1 / 65536),
  };
  const layers: [Omit<AffineStep, 'name'>, number][] = [
    [positiveStep(mean, [1], 65536, 2), 65536],
    [denseStep([2048, 2048], () => wide), 2048],
  ];
  for (const [step, inputs] of layers) {
    const sums = tf.tidy(() => step.absolute.apply(tf.ones([1, inputs]))).dataSync<'float32'>();
    const refusal = (change: (g: tf.Tensor) => tf.Tensor) => () => {
      const map = { ...step.map, transpose: (g: tf.Tensor) => change(step.map.transpose(g)) };
      tf.tidy(() => requireTranspose({ ...step, map, name: 'planted' }, [inputs], sums));
    };
    expect(refusal((g) => g)).not.toThrow();
    for (const change of [tf.zerosLike, tf.neg]) expect(refusal(change)).toThrow("transpose of layer 'planted'");
  }
});

it.each<[string, number, (row: tf.Tensor, back: (g: tf.Tensor) => tf.Tensor) => (g: tf.Tensor) => tf.Tensor]>([
  ['zeros', 2 ** 20, (_, back) => (g) => tf.zerosLike(back(g))],
  ['the opposite', 2 ** 20, (_, back) => (g) => tf.neg(back(g))],
  ['twice as much', 2 ** 20, (_, back) => (g) => tf.mul(2, back(g))],
  ['the longest row alone', 2 ** 14, (row, back) => (g) => back(tf.mul(g, row))],
])('a transpose that gives %s is refused where sums may have %i terms', async (_, terms, change) => {
  await useBackend('cpu');
  const step = denseStep([2048, 2048], () => uniformTensor(key('wide'), [2048, 2048], -1) as tf.Tensor2D);
  const sums = tf.tidy(() => step.absolute.apply(tf.ones([1, 2048]))).dataSync<'float32'>();
  const row = tf.cast(tf.oneHot([sums.indexOf(Math.max(...sums))], 2048), 'float32');
  const map = { ...step.map, transpose: change(row, step.map.transpose) };
  expect(() => requireTranspose({ ...step, terms, name: 'right' }, [2048], sums)).not.toThrow();
  expect(() => requireTranspose({ ...step, map, terms, name: 'planted' }, [2048], sums)).toThrow("layer 'planted'");
});
