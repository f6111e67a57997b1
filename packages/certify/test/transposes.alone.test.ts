// Bounds go back through gradients of tfjs: not where there are none, nor where they are wrong.
import '@tensorflow/tfjs-backend-cpu';
import { ball, classifier, l2, linf } from '@advml/core';
import { averagePooling, dense, flatten, layeredNetwork, sequential } from '@advml/networks';
import { useBackend } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { crown, exactBound, intervalBound, lipschitzBound } from '../src/index.ts';

/** The last of four pixels, of which three windows of a padded pooling hold others too. */
const lastPixel = () =>
  classifier(
    layeredNetwork({
      name: 'padded',
      inputShape: [2, 2, 1],
      layers: sequential({
        pool: averagePooling({ stride: 1, padding: 'same' }),
        flat: flatten(),
        dense: dense({ neurons: 1 }),
      }),
    }),
    { 'dense.weight': tf.tensor2d([[0, 0, 0, 1]]), 'dense.bias': tf.tensor1d([-0.3]) },
  );

const certifiers = [intervalBound, crown, lipschitzBound, exactBound];

/** The bound at 0.1 for the label -1. */
async function boundBy(certifier: (typeof certifiers)[number]): Promise<number> {
  const certify = certifier({ threat: ball(certifier === lipschitzBound ? l2 : linf, 0.5) });
  return (await certify(lastPixel(), tf.tensor4d([0, 0, 0, 0.1], [1, 2, 2, 1]), tf.tensor1d([-1]))).bound[0];
}

it('bounds of padded average pooling hold, or it is refused', async () => {
  await tf.setBackend('cpu');
  for (const certifier of certifiers)
    await expect(boundBy(certifier)).rejects.toThrow("call `await useBackend('cpu')`");
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
  for (const certifier of certifiers)
    await expect(boundBy(certifier)).rejects.toThrow(/transpose of layer 'pool'.* call `await useBackend\('cpu'\)`/);
  await useBackend('cpu');
  for (const certifier of certifiers) {
    const bound = await boundBy(certifier);
    expect(bound).toBeLessThanOrEqual(0.2 - 0.5);
    expect(bound).toBeGreaterThan(0.2 - 0.51 * 2);
  }
});
