import type { Batch } from '@advml/core';
import { cifar10Examples, cifar100Examples } from '@advml/data';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bytesOf, named, sha256 } from '../arrays.ts';
import { entriesAt } from './chosen.ts';
import type { ExampleFiles, RawExamples } from './raw-examples.ts';

/** Sets that a name is enough for. */
export const setNames = ['fashion-mnist', 'digits'] as const;

const arrayOf = (tensor: Tensor) => ({
  dtype: 'F32' as const,
  shape: tensor.shape,
  data: Float32Array.from(tensor.dataSync()),
});

function rawOf({ x, y }: Batch): Pick<RawExamples, 'x' | 'y' | 'layout'> {
  const raw = { x: arrayOf(x), y: arrayOf(y), layout: 'nhwc' as const };
  x.dispose();
  y.dispose();
  return raw;
}

/**
 * A set by its name: the examples that `advml data NAME` writes.
 *
 * @param name - One of {@link setNames}.
 * @returns Its test examples.
 * @throws InputError if its files are not there.
 */
export async function namedExamples(name: (typeof setNames)[number]): Promise<ExampleFiles> {
  const { examplesNamed } = await import('../../data/examples.ts'); // loads the experiments
  const set = await examplesNamed({ name, seed: 0, set: [] });
  return {
    count: set.count,
    take: (places) => {
      const { x, y, layout } = rawOf(set.take(places.reduce((last, place) => Math.max(last, place)) + 1));
      const raw = { x: entriesAt(x, places), y: entriesAt(y, places), layout };
      const digest = sha256(...[raw.x, raw.y].map(({ data }) => new Uint8Array(data.slice().buffer)));
      return { ...raw, origin: { path: name, sha256: digest } };
    },
  };
}

/** The file of test images of CIFAR-10 and of CIFAR-100, and how each is read. */
export const CIFAR_FILES = {
  'test_batch.bin': cifar10Examples,
  'test.bin': cifar100Examples,
} as const;

/**
 * The test images of a folder of CIFAR's binary files.
 *
 * @param path - The file.
 * @param read - How it is read.
 * @returns Its examples.
 * @throws InputError if it is damaged.
 */
export async function cifarExamples(
  path: string,
  read: (typeof CIFAR_FILES)[keyof typeof CIFAR_FILES],
): Promise<ExampleFiles> {
  const bytes = await bytesOf(path);
  const origin = { path, sha256: sha256(bytes) };
  return named(path, () => {
    const set = read([bytes]);
    return { count: set.count, take: (places) => ({ ...rawOf(set.take(places)), origin }) };
  });
}
