import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

beforeAll(() => useWasm());
afterEach(() => vi.restoreAllMocks());

const warnings = () => vi.spyOn(console, 'warn').mockImplementation(() => undefined);

/** Gradient of the sum of averages over 3 x 3 windows, padded: the corner is in four windows, of 4, 6, 6 and 9 entries. */
const ofCorner = () =>
  tf.tidy(
    () =>
      tf
        .grad((x) => tf.avgPool(x as tf.Tensor4D, 3, 1, 'same'))(tf.ones([1, 4, 4, 1]))
        .dataSync()[0],
  );
const RIGHT = 1 / 4 + 1 / 6 + 1 / 6 + 1 / 9;

describe('gradients registered after useWasm()', () => {
  it('by importing tfjs-layers do not win, and one warning says so', async () => {
    const warn = warnings();
    const before = tf.getGradient('AvgPool');
    await import('@tensorflow/tfjs-layers');
    await Promise.resolve();
    expect(tf.getGradient('AvgPool')).toBe(before);
    expect(ofCorner()).toBeCloseTo(RIGHT, 6);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(
      /keeps its gradients of \w+, \w+, \w+ and \d+ more:.*importing @tensorflow\/tfjs or tfjs-layers.*unregisterGradient/,
    );
  });

  it('are tried by that import: its source registers them', () => {
    const path = createRequire(import.meta.url).resolve('@tensorflow/tfjs-layers');
    expect(readFileSync(path, 'utf8')).toContain('registerGradient(gradientConfig)');
  });

  it('win if the present one was taken away, until the next useWasm()', async () => {
    const warn = warnings();
    const { status, gradients } = { status: await useWasm(), gradients: tf.getGradient('Round') };
    tf.unregisterGradient('Round');
    tf.registerGradient({ kernelName: 'Round', gradFunc: (dy) => ({ x: () => tf.mul(dy as tf.Tensor, 3) }) });
    const slope = () =>
      tf.tidy(
        () =>
          tf
            .grad((x) => tf.round(x))(tf.scalar(0.2))
            .dataSync()[0],
      );
    expect(slope()).toBe(3);
    expect(warn).not.toHaveBeenCalled();
    expect(await useWasm()).toBe(status);
    expect(tf.getGradient('Round')).toBe(gradients);
    expect(slope()).toBe(0);
    expect(warn.mock.calls).toEqual([
      ['useWasm() put back the gradients of Round, which had been replaced since its last call'],
    ]);
  });

  it('of other kernels stay free', () => {
    const warn = warnings();
    const config: tf.GradConfig = { kernelName: 'OneOfMine', gradFunc: () => ({}) };
    tf.registerGradient(config);
    expect(tf.getGradient('OneOfMine')).toBe(config);
    tf.unregisterGradient('OneOfMine');
    expect(warn).not.toHaveBeenCalled();
  });
});
