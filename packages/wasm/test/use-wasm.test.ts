import '@tensorflow/tfjs-backend-cpu';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

describe('useWasm', () => {
  it('starts once, however often and at once it is called', async () => {
    const [first, second] = await Promise.all([useWasm(), useWasm()]);
    expect(second).toBe(first);
    const kernel = tf.getKernel('BatchMatMul', 'wasm').kernelFunc;
    const gradient = tf.getGradient('BatchMatMul');
    const tensors = tf.memory().numTensors;
    expect(await useWasm()).toBe(first);
    expect(tf.getKernel('BatchMatMul', 'wasm').kernelFunc).toBe(kernel);
    expect(tf.getGradient('BatchMatMul')).toBe(gradient);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('refuses options that it does not have', async () => {
    await expect(useWasm({ wasmPath: '/wasm/' } as never)).rejects.toThrow(
      "useWasm has no option 'wasmPath'; did you mean 'wasmPaths'?",
    );
    await expect(useWasm('/wasm/' as never)).rejects.toThrow('useWasm takes one record of options');
  });

  it('says what is at work', async () => {
    const status = await useWasm();
    expect(Object.isFrozen(status) && Object.isFrozen(status.kernels) && Object.isFrozen(status.gradients)).toBe(true);
    expect(status).toMatchObject({ backend: 'wasm', tfjs: tf.version_core, simd: true, threads: 1, fused: true });
    for (const kernelName of status.kernels) expect(tf.getKernel(kernelName, 'wasm')).toBeDefined();
    for (const kernelName of status.gradients) expect(tf.getGradient(kernelName)).toBeDefined();
    expect(status.kernels).toContain('SymmetricTwoLayer');
    expect(new Set(status.kernels).size).toBe(status.kernels.length);
  });

  it('makes wasm the current backend again', async () => {
    await tf.setBackend('cpu');
    await useWasm();
    expect(tf.getBackend()).toBe('wasm');
  });

  it('trains: the whole of least squares by gradient descent', async () => {
    await useWasm();
    const x = tf.randomNormal([40, 3], 0, 1, 'float32', 1);
    const truth = tf.tensor2d([1, -2, 0.5], [3, 1]);
    const y = tf.matMul(x, truth);
    const w = tf.variable(tf.zeros([3, 1]));
    const tensors = () => tf.memory().numTensors;
    let before = 0;
    for (let step = 0; step < 200; step++) {
      if (step === 1) before = tensors();
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.squaredDifference(tf.matMul(x, w), y)) as tf.Scalar,
        [w],
      );
      tf.tidy(() => w.assign(tf.sub(w, tf.mul(grads[w.name], 0.2))));
      tf.dispose([value, grads]);
    }
    expect(tensors()).toBe(before);
    for (const [at, value] of w.dataSync().entries()) expect(value).toBeCloseTo([1, -2, 0.5][at], 4);
  });
});
