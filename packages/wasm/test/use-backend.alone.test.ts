import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { useBackend, useWasm } from '../src/index.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});

/** A cpu backend that spoils what is read, but for a few numbers, as where the host computes them in the device's place. */
class Spoilt extends MathBackendCPU {
  readonly spoil: (value: number) => number;
  constructor(spoil: (value: number) => number) {
    super();
    this.spoil = spoil;
  }
  override readSync(dataId: object) {
    const values = super.readSync(dataId) as Float32Array;
    return values.length < 1000 ? values : values.map(this.spoil);
  }
}

function register(name: string, spoil: (value: number) => number) {
  tf.registerBackend(name, () => new Spoilt(spoil));
  tf.copyRegisteredKernels('cpu', name);
}

it('useBackend and useWasm keep the backend at work where theirs does not start', async () => {
  const one = tf.tensor1d([1]);
  const ofWasm = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  for (const name of ['wasm', 'broken']) {
    tf.registerBackend(name, () => Promise.reject(new Error('no device')));
    await expect(useBackend(name)).rejects.toThrow(/not start|no backend 'broken' that starts/);
    expect([tf.getBackend(), ...tf.tidy(() => tf.add(one, 1).dataSync())]).toEqual(['cpu', 2]);
  }
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', ofWasm, 2);
  one.dispose();
});

describe('useBackend', () => {
  it('brings gradients without WASM, and says what it put in place', async () => {
    const status = await useBackend('cpu');
    expect(status).toMatchObject({ backend: 'cpu', kernels: ['Einsum', 'TensorScatterUpdate'] });
    expect(Object.isFrozen(status)).toBe(true);
    expect([
      ...tf.tidy(() =>
        tf
          .grad((x) => tf.square(x))(tf.tensor1d([1, -2]))
          .dataSync(),
      ),
    ]).toEqual([2, -4]);
    expect((await useBackend('cpu')).kernels).toEqual(status.kernels);
  });

  it('sums what one factor of einsum has alone', async () => {
    await useBackend('cpu');
    const product = tf.tidy(() => tf.einsum('ijk,kl->il', tf.ones([2, 3, 4]), tf.ones([4, 2])).arraySync());
    expect(product).toEqual([
      [12, 12],
      [12, 12],
    ]);
  });

  it('leaves the tensor of tensorScatterUpdate as it is', async () => {
    await useBackend('cpu');
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const updated = tf.tensorScatterUpdate(x, tf.tensor2d([1], [1, 1], 'int32'), tf.tensor1d([9]));
      expect([...updated.dataSync()]).toEqual([1, 9, 3]);
      expect([...x.dataSync()]).toEqual([1, 2, 3]);
    });
  });

  it('is useWasm() for wasm, also after another backend', async () => {
    await useBackend('cpu');
    expect(await useBackend('wasm')).toBe(await useWasm());
    expect(tf.getBackend()).toBe('wasm');
    await useBackend('cpu');
    expect(tf.getBackend()).toBe('cpu');
  });

  it('names the import of a backend that is not there', async () => {
    await expect(useBackend('webgl')).rejects.toThrow(
      /there is no backend 'webgl' .* import '@tensorflow\/tfjs-backend-webgl'/,
    );
  });

  it('refuses 16 bits and numbers that cannot be read, and goes back', async () => {
    register('half', (value) => Math.round(value * 1024) / 1024);
    await expect(useBackend('half')).rejects.toThrow(/'half' computes with 16 bits here, .* call useWasm\(\)/);
    register('blind', () => 0);
    await expect(useBackend('blind')).rejects.toThrow(
      /'blind' gave \[0,0,0\] .* call useBackend\('webgl'\) or useWasm\(\)/,
    );
    expect(tf.getBackend()).toBe('cpu');
  });
});
