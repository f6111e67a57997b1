// What a few filters leave of patches, where some images are of one colour.
import { key, normalTensor } from '@advml/core';
import { useWasm } from '@advml/wasm';
import { concat, memory, tensor1d, tidy, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { measureSparsity } from '../src/images/sparse/measure.ts';
import type { SparseWorld } from '../src/images/sparse/setting.ts';

beforeAll(async () => {
  await useWasm();
});

const imagesOf = (blank: number, textured: number) => ({
  count: blank + textured,
  take: () =>
    tidy(() => ({
      x: concat([normalTensor(key('images', 1), [textured, 4, 4, 1]), zeros([blank, 4, 4, 1])]),
      y: tensor1d(Array(blank + textured).fill(0), 'int32'),
    })),
});

/** A run on images of 4 x 4 pixels, the last ones of one colour. */
function worldOf(blank: number, textured: number): SparseWorld {
  const test = imagesOf(blank, textured);
  const sparse = { images: test.count, patches: 2, atoms: 1, most: 2, penalties: [0.1] };
  const world = { setting: { sparse }, weights: ['conv'], root: key('sparse', 2), shape: [4, 4, 1] };
  return { ...world, train: imagesOf(0, 20), test } as unknown as SparseWorld;
}

const networks = () => {
  const filters = (seed: number) => ({ conv: normalTensor(key('filters', seed), [3, 1, 3, 3]) });
  return { init: filters(0), clean: filters(1), robust: filters(2) };
};

it('has both means of the lasso over the patches that have anything to rebuild', async () => {
  const params = networks();
  const lassoOf = async (blank: number) => {
    const { curves } = await measureSparsity(worldOf(blank, 5), params, {});
    return curves.map(({ lasso }) => lasso);
  };
  expect(await lassoOf(3)).toEqual(await lassoOf(0));
});

it('counts the images that have anything to rebuild, and knows nothing of a single one', async () => {
  const params = networks();
  const before = memory().numTensors;
  expect(await measureSparsity(worldOf(3, 5), params, {})).toMatchObject({ images: 5 });
  for (const textured of [0, 1]) {
    const { images, robustMinus } = await measureSparsity(worldOf(3, textured), params, {});
    expect(images).toBe(textured);
    expect(robustMinus.clean).toMatchObject({ low: -1, high: 1 });
  }
  expect(memory().numTensors).toBe(before);
});
